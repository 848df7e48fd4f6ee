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
 * The common part of a supervisor's children: director's default child specification. An immutable value; each method
 * returns a new one.
 * <pre>{@code
 * ChildDefaults sessions = ChildDefaults.NONE
 *         .start(Session::start, List.of(server))
 *         .plan(RestartPlan.parse("[restart, 5s]"));
 * SupervisorSpec.oneForOne("sessions").defaultChildSpec(sessions).children(
 *         ChildSpec.appending("ann", "ann@example.org"),
 *         ChildSpec.appending("bob", "bob@example.org"));
 * }</pre>
 *
 * <p>A child that {@linkplain ChildSpec#append() appends} adds its own arguments, modules, plan, count and shutdown
 * time to these defaults. Any other child takes only the restart policy and the shutdown from here, if it has none of
 * its own. The type is never inherited: a child is a worker by default, as in director.
 *
 * @param start starts the children that append and have no start of their own; null means that each child must have one
 * @param plans the plan, or the plans by reason; null means {@link io.github.ppool.restart.RestartType#PERMANENT} for
 *     children that do not append, and director's default plan for children that do
 * @param count the number of rounds of a plan; null leaves a child's own as it is, and means one round for children
 *     that do not append
 * @param resetAfter the time of undisturbed running after which a plan begins anew; null means never
 * @param shutdown the way to stop children; null means {@link Shutdown#WORKER_DEFAULT} for workers and {@link
 *     Shutdown#infinity()} for supervisors
 * @param modules the names of the code that children run, for information; null means none
 * @param type kept for queries, without any effect; null means none
 */
public record ChildDefaults(
        @Nullable ChildStart start,
        @Nullable PlanByReason plans,
        @Nullable RestartCount count,
        @Nullable Duration resetAfter,
        @Nullable Shutdown shutdown,
        @Nullable List<String> modules,
        @Nullable ChildType type) {

    /** The defaults of OTP. */
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
     * Makes defaults of restarts and shutdown alone.
     *
     * @param restart the plan, its count and its reset; null for no default
     * @param shutdown the way to stop children; null for no default
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
     * Sets a start without arguments, for children that append and have no start of their own.
     *
     * @param value starts each of them
     * @return the new defaults
     * @throws NullPointerException if the value is null
     */
    public ChildDefaults start(ChildStart value) {
        return new ChildDefaults(Objects.requireNonNull(value, "start must not be null"), plans, count, resetAfter,
                shutdown, modules, type);
    }

    /**
     * Sets a start for children that append. The given arguments come before each child's own, also for a child with a
     * {@link StartFunction} of its own.
     *
     * @param function starts the children without a start of their own
     * @param arguments none or more, none of them null
     * @return the new defaults
     * @throws NullPointerException if the function or an argument is null
     */
    public ChildDefaults start(StartFunction function, List<?> arguments) {
        return start(new ArgumentsStart(
                Objects.requireNonNull(function, "start must not be null"), ArgumentsStart.checked(arguments)));
    }

    /**
     * Sets the plan for all reasons.
     *
     * @param value the plan
     * @return the new defaults
     */
    public ChildDefaults plan(RestartPlan value) {
        return plans(PlanByReason.always(value));
    }

    /**
     * Sets plans by reason. Children that append add theirs reason by reason, see {@link PlanByReason#append}.
     *
     * @param value the plans
     * @return the new defaults
     */
    public ChildDefaults plans(PlanByReason value) {
        return new ChildDefaults(start, Objects.requireNonNull(value, "plans must not be null"), count, resetAfter,
                shutdown, modules, type);
    }

    /**
     * Sets the number of rounds of a plan. Without a plan it concerns only children that append.
     *
     * @param value the number of rounds
     * @return the new defaults
     */
    public ChildDefaults count(RestartCount value) {
        return new ChildDefaults(start, plans, Objects.requireNonNull(value, "count must not be null"), resetAfter,
                shutdown, modules, type);
    }

    /**
     * Sets the time of undisturbed running after which a plan begins anew.
     *
     * @param value the time; zero means never
     * @return the new defaults
     * @throws IllegalArgumentException if the time is negative
     */
    public ChildDefaults resetAfter(Duration value) {
        return new ChildDefaults(start, plans, count, Objects.requireNonNull(value, "reset-after must not be null"),
                shutdown, modules, type);
    }

    /**
     * Sets the way to stop children.
     *
     * @param value the way
     * @return the new defaults
     */
    public ChildDefaults shutdown(Shutdown value) {
        return new ChildDefaults(start, plans, count, resetAfter,
                Objects.requireNonNull(value, "shutdown must not be null"), modules, type);
    }

    /**
     * Names the code that children run, for information. It concerns children that append.
     *
     * @param names for example class names; {@code "dynamic"} alone says that a child can't tell in advance
     * @return the new defaults
     */
    public ChildDefaults modules(String... names) {
        return new ChildDefaults(start, plans, count, resetAfter, shutdown, List.of(names), type);
    }

    /**
     * Sets a type that queries show and no child inherits, as in director.
     *
     * @param value a worker or a supervisor
     * @return the new defaults
     */
    public ChildDefaults type(ChildType value) {
        return new ChildDefaults(start, plans, count, resetAfter, shutdown, modules,
                Objects.requireNonNull(value, "type must not be null"));
    }

    /**
     * Returns the plan, its count and its reset, for children that do not append and have none of their own.
     *
     * @return the policy; null if there is no plan
     */
    public @Nullable RestartPolicy restart() {
        return plans == null
                ? null
                : new RestartPolicy(plans, Objects.requireNonNullElse(count, RestartCount.ONCE),
                        Objects.requireNonNullElse(resetAfter, Duration.ZERO));
    }

    /**
     * Returns the arguments that come before a child's own.
     *
     * @return the arguments of the {@link StartFunction}; empty if there is none
     */
    public List<Object> arguments() {
        return start instanceof ArgumentsStart with ? with.arguments() : List.of();
    }

    /** The start and its arguments are foreign: their texts are bounded, and their {@code toString} may throw. */
    @Override
    public String toString() {
        return "ChildDefaults[start=" + ForeignText.of(start) + ", plans=" + plans + ", count=" + count
                + ", resetAfter=" + resetAfter + ", shutdown=" + shutdown + ", modules=" + modules + ", type=" + type
                + "]";
    }
}
