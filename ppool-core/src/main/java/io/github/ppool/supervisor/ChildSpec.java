package io.github.ppool.supervisor;

import io.github.ppool.guard.ForeignText;
import io.github.ppool.restart.PlanByReason;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.restart.RestartType;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The specification of a child. An immutable value; each method returns a new one. Stands for OTP's and director's
 * child specifications.
 *
 * <p>A child has a restart type <em>or</em> a plan; the one that was set last counts. A child with neither follows the
 * supervisor's {@link ChildDefaults}, and without such it is permanent.
 *
 * <p>A child has a start of its own, or {@linkplain #appending takes that of the defaults}.
 */
public final class ChildSpec {

    /** director's shutdown time for a worker that appends and has none of its own */
    private static final Shutdown DIRECTOR_SHUTDOWN = Shutdown.after(Duration.ofSeconds(1));

    private final String id;
    private final @Nullable ChildStart start;
    private final List<Object> arguments;
    private final @Nullable RestartType restart;
    private final @Nullable PlanByReason plans;
    private final @Nullable RestartCount count;
    private final @Nullable Duration resetAfter;
    private final @Nullable Shutdown shutdown;
    private final ChildType type;
    private final boolean significant;
    private final boolean append;
    private final @Nullable List<String> modules;

    private ChildSpec(Draft draft) {
        this.id = draft.id;
        this.start = draft.start;
        this.arguments = draft.arguments;
        this.restart = draft.restart;
        this.plans = draft.plans;
        this.count = draft.count;
        this.resetAfter = draft.resetAfter;
        this.shutdown = draft.shutdown;
        this.type = draft.type;
        this.significant = draft.significant;
        this.append = draft.append;
        this.modules = draft.modules;
    }

    /**
     * Makes a worker that follows the supervisor's defaults.
     *
     * @param id the id, unique among the supervisor's children and not empty
     * @param start starts the child
     * @return the specification
     * @throws IllegalArgumentException if the id is empty
     */
    public static ChildSpec of(String id, ChildStart start) {
        return named(id, Objects.requireNonNull(start, "start must not be null"));
    }

    /**
     * Makes a worker that is started by a function with arguments. If the child {@linkplain #append() appends}, the
     * arguments of the supervisor's {@link ChildDefaults} come first.
     *
     * @param id the id, unique among the supervisor's children and not empty
     * @param function starts the child
     * @param arguments none or more, none of them null
     * @return the specification
     * @throws IllegalArgumentException if the id is empty
     */
    public static ChildSpec of(String id, StartFunction function, List<?> arguments) {
        Objects.requireNonNull(function, "start must not be null");
        return of(id, new ArgumentsStart(function, ArgumentsStart.checked(arguments)));
    }

    /**
     * Makes a worker without a start of its own. It must {@linkplain #append() append}, and the supervisor's {@link
     * ChildDefaults} must have a start. Otherwise the supervisor refuses it.
     *
     * @param id the id, unique among the supervisor's children and not empty
     * @return the specification
     * @throws IllegalArgumentException if the id is empty
     */
    public static ChildSpec of(String id) {
        return named(id, null);
    }

    /**
     * Makes a worker that takes the start of the supervisor's {@link ChildDefaults} and follows them in all else.
     * Stands for a child specification of director with an id and {@code append => true} only.
     *
     * @param id the id, unique among the supervisor's children and not empty
     * @param arguments follow the arguments of the defaults; none or more, none of them null
     * @return the specification
     * @throws IllegalArgumentException if the id is empty
     */
    public static ChildSpec appending(String id, Object... arguments) {
        return of(id).append().arguments(
                Arrays.asList(Objects.requireNonNull(arguments, "arguments must not be null")));
    }

    /**
     * Makes a supervisor the child of another supervisor. The child has type {@link ChildType#SUPERVISOR}.
     *
     * @param id the id of the child, unique among its siblings and not empty
     * @param spec the specification of the nested supervisor
     * @return the child specification
     * @throws IllegalArgumentException if the id is empty, or if a child in {@code spec} has no start
     * @see ChildStart#supervisor
     */
    public static ChildSpec supervisor(String id, SupervisorSpec spec) {
        return of(id, ChildStart.supervisor(spec)).type(ChildType.SUPERVISOR);
    }

    private static ChildSpec named(String id, @Nullable ChildStart start) {
        if (id.isEmpty()) {
            throw new IllegalArgumentException("child id must not be empty");
        }
        return new ChildSpec(new Draft(id, start));
    }

    /**
     * Sets the child's own arguments, in place of those set before.
     *
     * @param values for its {@link StartFunction}, or for that of the defaults; none or more, none of them null
     * @return the new specification
     * @throws IllegalArgumentException if the child has a start that takes no arguments
     */
    public ChildSpec arguments(List<?> values) {
        List<Object> checked = ArgumentsStart.checked(values);
        Draft draft = new Draft(this);
        switch (draft.start) {
            case null -> draft.arguments = checked;
            case ArgumentsStart(StartFunction function, List<Object> former) ->
                draft.start = new ArgumentsStart(function, checked);
            default -> throw new IllegalArgumentException(
                    "child '" + ForeignText.of(id)
                            + "': arguments must have a StartFunction that takes them, got a start that"
                            + " takes none and arguments: " + ArgumentsStart.texts(checked));
        }
        return new ChildSpec(draft);
    }

    /**
     * Sets a restart type, bounded by the supervisor's intensity.
     *
     * @param value the type
     * @return the new specification, without a plan
     */
    public ChildSpec restart(RestartType value) {
        Draft draft = new Draft(this);
        draft.restart = Objects.requireNonNull(value, "restart must not be null");
        draft.plans = null;
        return new ChildSpec(draft);
    }

    /**
     * Sets a restart plan; one round, unless {@link #count} sets another number.
     *
     * @param plan the plan
     * @return the new specification, without a type
     */
    public ChildSpec plan(RestartPlan plan) {
        return plans(PlanByReason.always(plan));
    }

    /**
     * Sets restart plans by exit reason.
     *
     * @param value the plans
     * @return the new specification, without a type
     */
    public ChildSpec plans(PlanByReason value) {
        Draft draft = new Draft(this);
        draft.plans = Objects.requireNonNull(value, "plans must not be null");
        draft.restart = null;
        return new ChildSpec(draft);
    }

    /**
     * Sets plan, count and reset together.
     *
     * @param policy the policy
     * @return the new specification, without a type
     */
    public ChildSpec policy(RestartPolicy policy) {
        return plans(policy.plans()).count(policy.count()).resetAfter(policy.resetAfter());
    }

    /**
     * Sets the number of rounds of the plan. No effect on a child with a type.
     *
     * @param value the number of rounds
     * @return the new specification
     */
    public ChildSpec count(RestartCount value) {
        Draft draft = new Draft(this);
        draft.count = Objects.requireNonNull(value, "count must not be null");
        return new ChildSpec(draft);
    }

    /**
     * Sets the time of undisturbed running after which the plan begins anew. No effect on a child with a type.
     *
     * @param value the time; zero means never
     * @return the new specification
     * @throws IllegalArgumentException if the time is negative
     */
    public ChildSpec resetAfter(Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException("reset-after must not be negative, got: " + value);
        }
        Draft draft = new Draft(this);
        draft.resetAfter = value;
        return new ChildSpec(draft);
    }

    /**
     * Sets the way to stop the child.
     *
     * @param value the way
     * @return the new specification
     */
    public ChildSpec shutdown(Shutdown value) {
        Draft draft = new Draft(this);
        draft.shutdown = Objects.requireNonNull(value, "shutdown must not be null");
        return new ChildSpec(draft);
    }

    /**
     * Sets the type of the child.
     *
     * @param value a worker or a supervisor
     * @return the new specification
     */
    public ChildSpec type(ChildType value) {
        Draft draft = new Draft(this);
        draft.type = Objects.requireNonNull(value, "type must not be null");
        return new ChildSpec(draft);
    }

    /**
     * Makes the child significant: an end of the child by itself may end the supervisor, see {@link AutoShutdown}.
     *
     * @return the new specification
     */
    public ChildSpec significant() {
        Draft draft = new Draft(this);
        draft.significant = true;
        return new ChildSpec(draft);
    }

    /**
     * Makes the child add its own settings to the supervisor's {@link ChildDefaults}: director's {@code append}.
     *
     * <ul>
     *   <li>Without a start of its own, the child is started by the defaults' start. Its arguments follow those of the
     *       defaults, whichever function it has.
     *   <li>Its plan and modules follow those of the defaults. Its count and shutdown time are added. {@code infinity}
     *       and {@code dynamic} of the child win; those of the defaults have no effect.
     *   <li>Settings that the child does not have are director's own defaults: its default plan, one round, one second
     *       (for a supervisor infinity), and as modules the class of its {@link StartFunction}.
     * </ul>
     *
     * @return the new specification
     */
    public ChildSpec append() {
        Draft draft = new Draft(this);
        draft.append = true;
        return new ChildSpec(draft);
    }

    /**
     * Names the code that the child runs, for information: OTP's {@code modules}. A child with a {@link StartFunction}
     * has that function's class by default.
     *
     * @param names for example class names; {@code "dynamic"} alone says that the child can't tell in advance
     * @return the new specification
     */
    public ChildSpec modules(String... names) {
        Draft draft = new Draft(this);
        draft.modules = List.of(names);
        return new ChildSpec(draft);
    }

    /**
     * Returns the id of the child.
     *
     * @return not empty
     */
    public String id() {
        return id;
    }

    /**
     * Returns the start of the child.
     *
     * @return its own start; null if it takes that of the defaults
     */
    public @Nullable ChildStart start() {
        return start;
    }

    /**
     * Returns the child's own arguments.
     *
     * @return none or more; empty for a start that takes none
     */
    public List<Object> arguments() {
        return start instanceof ArgumentsStart with ? with.arguments() : arguments;
    }

    /**
     * Returns the type of the child.
     *
     * @return a worker or a supervisor
     */
    public ChildType type() {
        return type;
    }

    /**
     * Returns true if the end of the child may end the supervisor.
     *
     * @return see {@link #significant()}
     */
    public boolean isSignificant() {
        return significant;
    }

    /**
     * Returns true if the child adds its settings to the defaults.
     *
     * @return see {@link #append()}
     */
    public boolean isAppending() {
        return append;
    }

    /**
     * Returns the names of the code that the child runs.
     *
     * @return see {@link #modules(String...)}; empty if none are set
     */
    public List<String> modules() {
        return modules == null ? List.of() : modules;
    }

    /**
     * Returns the start in effect, with all arguments but that of a template's child. Refuses a child without a start.
     *
     * @param where the beginning of the message of a refusal
     */
    ChildStart start(ChildDefaults defaults, String where) {
        ChildStart inherited = append ? defaults.start() : null;
        ChildStart own = start;
        if (own != null) {
            return own instanceof ArgumentsStart with && inherited != null ? with.after(defaults.arguments()) : own;
        }
        if (inherited == null) {
            throw new IllegalArgumentException(where + "child '" + id
                    + "' must have a start: it has none of its own and "
                    + (append ? "the default child specification has none" : "does not append to the defaults"));
        }
        if (inherited instanceof ArgumentsStart with) {
            return with.and(arguments);
        }
        if (!arguments.isEmpty()) {
            throw new IllegalArgumentException(
                    where + "child '" + ForeignText.of(id) + "': the start of the default child specification must"
                            + " be a StartFunction that takes arguments, got a start that takes none and arguments: "
                            + ArgumentsStart.texts(arguments));
        }
        return inherited;
    }

    /** Returns the modules in effect, for the start in effect. */
    List<String> modules(ChildStart effective, ChildDefaults defaults) {
        List<String> own = modules;
        if (own == null) {
            own = effective instanceof ArgumentsStart with ? List.of(with.module()) : List.of();
        }
        return append ? Modules.append(defaults.modules(), own) : own;
    }

    /**
     * Returns the rule for the child's restarts with the defaults applied.
     *
     * @param defaults the defaults of the supervisor
     * @return the rule in effect
     */
    public RestartRule restartRule(ChildDefaults defaults) {
        if (append) {
            return new RestartRule.ByPlan(added(defaults, ownPolicy(RestartPolicy.DIRECTOR_DEFAULT)));
        }
        if (restart != null) {
            return new RestartRule.ByType(restart);
        }
        if (plans != null) {
            return new RestartRule.ByPlan(ownPolicy(RestartPolicy.DIRECTOR_DEFAULT));
        }
        RestartPolicy inherited = defaults.restart();
        return inherited == null
                ? new RestartRule.ByType(RestartType.PERMANENT)
                : new RestartRule.ByPlan(ownPolicy(inherited));
    }

    private RestartPolicy ownPolicy(RestartPolicy otherwise) {
        return new RestartPolicy(
                plans == null ? otherwise.plans() : plans,
                count == null ? otherwise.count() : count,
                resetAfter == null ? otherwise.resetAfter() : resetAfter);
    }

    private RestartPolicy added(ChildDefaults defaults, RestartPolicy own) {
        PlanByReason plansBefore = defaults.plans();
        RestartCount countBefore = defaults.count();
        Duration resetBefore = defaults.resetAfter();
        return new RestartPolicy(
                plansBefore == null ? own.plans() : plansBefore.append(own.plans()),
                countBefore == null ? own.count() : countBefore.append(own.count()),
                resetAfter != null || resetBefore == null ? own.resetAfter() : resetBefore);
    }

    /**
     * Returns the way to stop the child with the defaults applied.
     *
     * @param defaults the defaults of the supervisor
     * @return the way in effect
     */
    public Shutdown shutdown(ChildDefaults defaults) {
        Shutdown inherited = defaults.shutdown();
        if (append) {
            Shutdown own = shutdown == null ? directorShutdown() : shutdown;
            return inherited == null ? own : inherited.append(own);
        }
        if (shutdown != null) {
            return shutdown;
        }
        if (inherited != null) {
            return inherited;
        }
        return type == ChildType.SUPERVISOR ? Shutdown.infinity() : Shutdown.WORKER_DEFAULT;
    }

    private Shutdown directorShutdown() {
        return type == ChildType.SUPERVISOR ? Shutdown.infinity() : DIRECTOR_SHUTDOWN;
    }

    @Override
    public String toString() {
        return "ChildSpec[" + id + ", " + restartRule(ChildDefaults.NONE) + ", " + shutdown(ChildDefaults.NONE) + ", "
                + type
                + (significant ? ", significant" : "") + (append ? ", append" : "") + "]";
    }

    /** A mutable copy. */
    private static final class Draft {
        private final String id;
        private @Nullable ChildStart start;
        private List<Object> arguments = List.of();
        private @Nullable RestartType restart;
        private @Nullable PlanByReason plans;
        private @Nullable RestartCount count;
        private @Nullable Duration resetAfter;
        private @Nullable Shutdown shutdown;
        private ChildType type = ChildType.WORKER;
        private boolean significant;
        private boolean append;
        private @Nullable List<String> modules;

        private Draft(String id, @Nullable ChildStart start) {
            this.id = id;
            this.start = start;
        }

        private Draft(ChildSpec spec) {
            this(spec.id, spec.start);
            this.arguments = spec.arguments;
            this.restart = spec.restart;
            this.plans = spec.plans;
            this.count = spec.count;
            this.resetAfter = spec.resetAfter;
            this.shutdown = spec.shutdown;
            this.type = spec.type;
            this.significant = spec.significant;
            this.append = spec.append;
            this.modules = spec.modules;
        }
    }
}
