package io.github.ppool.supervisor;

import io.github.ppool.guard.ForeignText;
import io.github.ppool.restart.PlanByReason;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The common part of a supervisor's children: director's default child specification. An immutable value; each
 * method returns a new one.
 *
 * <pre>{@code
 * ChildDefaults sessions = ChildDefaults.NONE
 *         .start(Session::start, List.of(server))
 *         .plan(RestartPlan.parse("[restart, 5s]"));
 * SupervisorSpec.oneForOne("sessions").defaultChildSpec(sessions).children(
 *         ChildSpec.appending("ann", "ann@example.org"),
 *         ChildSpec.appending("bob", "bob@example.org"));
 * }</pre>
 *
 * <p>A child that {@linkplain ChildSpec#append() appends} adds its own to these defaults: arguments, modules, plan,
 * count and shutdown time. Any other child takes the restart policy and the shutdown from here where it says neither,
 * and nothing else. The type is never inherited: a child is a worker unless it says otherwise, as in director.
 *
 * @param start starts the children that append and have no start of their own; null means that each child must have one
 * @param plans the plan, or the plans by reason; null means {@link io.github.ppool.restart.RestartType#PERMANENT} for
 *     children that do not append, and director's default plan for those that do
 * @param count how many times a plan is run; null adds nothing to a child's own, and means once for children that do
 *     not append
 * @param resetAfter after which time of running well a plan begins anew; null means never
 * @param shutdown how children are stopped; null means {@link Shutdown#WORKER_DEFAULT} for workers and
 *     {@link Shutdown#infinity()} for supervisors
 * @param modules which code children run, for information; null means none
 * @param type is kept and told, and of no effect; null means none
 */
public record ChildDefaults(
        @Nullable ChildStart start,
        @Nullable PlanByReason plans,
        @Nullable RestartCount count,
        @Nullable Duration resetAfter,
        @Nullable Shutdown shutdown,
        @Nullable List<String> modules,
        @Nullable ChildType type) {

    /** Nothing but what OTP has. */
    public static final ChildDefaults NONE = new ChildDefaults(null, null, null, null, null, null, null);

    /**
     * Copies the modules.
     *
     * @throws IllegalArgumentException if {@code resetAfter} is negative
     */
    public ChildDefaults {
        if (resetAfter != null && resetAfter.isNegative()) {
            throw new IllegalArgumentException("reset-after must not be negative, got: " + resetAfter);
        }
        modules = modules == null ? null : List.copyOf(modules);
    }

    /**
     * Defaults of restarts and shutdown alone.
     *
     * @param restart the plan, its count and its reset; null says nothing of them
     * @param shutdown how children are stopped; null says nothing of it
     */
    public ChildDefaults(@Nullable RestartPolicy restart, @Nullable Shutdown shutdown) {
        this(
                null,
                restart == null ? null : restart.plans(),
                restart == null ? null : restart.count(),
                restart == null ? null : restart.resetAfter(),
                shutdown,
                null,
                null);
    }

    /**
     * A start that takes no arguments, for children that append and have none of their own.
     *
     * @param value how to start each of them
     * @return the new defaults
     */
    public ChildDefaults start(ChildStart value) {
        return new ChildDefaults(Objects.requireNonNull(value, "start must not be null"), plans, count, resetAfter,
                shutdown, modules, type);
    }

    /**
     * A start for children that append, and the arguments that come before each child's own; also before those of a
     * child that has a {@link StartFunction} of its own.
     *
     * @param function how to start those of them that have no start of their own
     * @param arguments none or more, none of them null
     * @return the new defaults
     */
    public ChildDefaults start(StartFunction function, List<?> arguments) {
        return start(new ArgumentsStart(
                Objects.requireNonNull(function, "start must not be null"), ArgumentsStart.checked(arguments)));
    }

    /**
     * A plan.
     *
     * @param value the plan, for all reasons
     * @return the new defaults
     */
    public ChildDefaults plan(RestartPlan value) {
        return plans(PlanByReason.always(value));
    }

    /**
     * Plans by reason. Children that append add theirs reason by reason, see {@link PlanByReason#append}.
     *
     * @param value the plans
     * @return the new defaults
     */
    public ChildDefaults plans(PlanByReason value) {
        return new ChildDefaults(start, Objects.requireNonNull(value, "plans must not be null"), count, resetAfter,
                shutdown, modules, type);
    }

    /**
     * How many times a plan is run. Without a plan it concerns only children that append.
     *
     * @param value how many times
     * @return the new defaults
     */
    public ChildDefaults count(RestartCount value) {
        return new ChildDefaults(start, plans, Objects.requireNonNull(value, "count must not be null"), resetAfter,
                shutdown, modules, type);
    }

    /**
     * After which time of running well a plan begins anew.
     *
     * @param value zero means never
     * @return the new defaults
     * @throws IllegalArgumentException if the time is negative
     */
    public ChildDefaults resetAfter(Duration value) {
        return new ChildDefaults(start, plans, count, Objects.requireNonNull(value, "reset-after must not be null"),
                shutdown, modules, type);
    }

    /**
     * How children are stopped.
     *
     * @param value how
     * @return the new defaults
     */
    public ChildDefaults shutdown(Shutdown value) {
        return new ChildDefaults(start, plans, count, resetAfter,
                Objects.requireNonNull(value, "shutdown must not be null"), modules, type);
    }

    /**
     * Which code children run, for information. Of effect on children that append.
     *
     * @param names class names, say; {@code "dynamic"} alone says that a child can't tell beforehand
     * @return the new defaults
     */
    public ChildDefaults modules(String... names) {
        return new ChildDefaults(start, plans, count, resetAfter, shutdown, List.of(names), type);
    }

    /**
     * A type that is told and not inherited, as in director.
     *
     * @param value a worker or a supervisor
     * @return the new defaults
     */
    public ChildDefaults type(ChildType value) {
        return new ChildDefaults(start, plans, count, resetAfter, shutdown, modules,
                Objects.requireNonNull(value, "type must not be null"));
    }

    /**
     * The plan, its count and its reset, for children that do not append and say nothing of them.
     *
     * @return null if there is no plan
     */
    public @Nullable RestartPolicy restart() {
        return plans == null
                ? null
                : new RestartPolicy(plans, Objects.requireNonNullElse(count, RestartCount.ONCE),
                        Objects.requireNonNullElse(resetAfter, Duration.ZERO));
    }

    /**
     * The arguments that come before a child's own.
     *
     * @return those of the {@link StartFunction}; empty if there is none
     */
    public List<Object> arguments() {
        return start instanceof ArgumentsStart with ? with.arguments() : List.of();
    }

    /** The start and its arguments are foreign: their texts are bounded, and they may throw. */
    @Override
    public String toString() {
        return "ChildDefaults[start=" + ForeignText.of(start) + ", plans=" + plans + ", count=" + count
                + ", resetAfter=" + resetAfter + ", shutdown=" + shutdown + ", modules=" + modules + ", type=" + type
                + "]";
    }
}
