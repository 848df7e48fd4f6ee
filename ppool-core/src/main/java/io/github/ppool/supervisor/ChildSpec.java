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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a supervisor has to know of a child. An immutable value; each method returns a new one. Stands for OTP's and
 * director's child specifications.
 *
 * <p>A child has a restart type <em>or</em> a plan; the one said last counts. If it says neither, the supervisor's
 * {@link ChildDefaults} hold, and without such it is permanent.
 *
 * <p>A child has a start of its own, or {@linkplain #appending takes that of the defaults}.
 */
public final class ChildSpec {

    /** director's time for a worker that appends and does not say its own. */
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
     * A worker that follows the supervisor's defaults.
     *
     * @param id unique among the supervisor's children, not empty
     * @param start how to start it
     * @return the specification
     * @throws IllegalArgumentException if the id is empty
     */
    public static ChildSpec of(String id, ChildStart start) {
        return named(id, Objects.requireNonNull(start, "start must not be null"));
    }

    /**
     * A worker that is started by a function with arguments. If it {@linkplain #append() appends}, those of the
     * supervisor's {@link ChildDefaults} come before them.
     *
     * @param id unique among the supervisor's children, not empty
     * @param function how to start it
     * @param arguments none or more, none of them null
     * @return the specification
     * @throws IllegalArgumentException if the id is empty
     */
    public static ChildSpec of(String id, StartFunction function, List<?> arguments) {
        Objects.requireNonNull(function, "start must not be null");
        return of(id, new ArgumentsStart(function, ArgumentsStart.checked(arguments)));
    }

    /**
     * A worker without a start of its own. It must {@linkplain #append() append}, and then the supervisor's
     * {@link ChildDefaults} must have a start; else the supervisor refuses it.
     *
     * @param id unique among the supervisor's children, not empty
     * @return the specification
     * @throws IllegalArgumentException if the id is empty
     */
    public static ChildSpec of(String id) {
        return named(id, null);
    }

    /**
     * A worker that is started by the start of the supervisor's {@link ChildDefaults}, and follows them in all else: a
     * director's child specification that has nothing but an id and {@code append => true}.
     *
     * @param id unique among the supervisor's children, not empty
     * @param arguments come after those of the defaults; none or more, none of them null
     * @return the specification
     * @throws IllegalArgumentException if the id is empty
     */
    public static ChildSpec appending(String id, Object... arguments) {
        return of(id).append().arguments(
                Arrays.asList(Objects.requireNonNull(arguments, "arguments must not be null")));
    }

    private static ChildSpec named(String id, @Nullable ChildStart start) {
        if (id.isEmpty()) {
            throw new IllegalArgumentException("child id must not be empty");
        }
        return new ChildSpec(new Draft(id, start));
    }

    /**
     * The child's own arguments, instead of those said before.
     *
     * @param values for its {@link StartFunction}, or for that of the defaults; none or more, none of them null
     * @return the new specification
     * @throws IllegalArgumentException if the child has a start that takes no arguments
     */
    public ChildSpec arguments(List<?> values) {
        List<Object> checked = ArgumentsStart.checked(values);
        return with(draft -> {
            switch (draft.start) {
                case null -> draft.arguments = checked;
                case ArgumentsStart(StartFunction function, List<Object> former) ->
                    draft.start = new ArgumentsStart(function, checked);
                default -> throw new IllegalArgumentException(
                        "child '" + ForeignText.of(id)
                                + "': arguments must have a StartFunction that takes them, got a start that"
                                + " takes none and arguments: " + ArgumentsStart.texts(checked));
            }
        });
    }

    /**
     * Restarted by type, bounded by the supervisor's intensity.
     *
     * @param value which
     * @return the new specification, without a plan
     */
    public ChildSpec restart(RestartType value) {
        return with(draft -> {
            draft.restart = Objects.requireNonNull(value, "restart must not be null");
            draft.plans = null;
        });
    }

    /**
     * Restarted by a plan; once through, unless {@link #count} says otherwise.
     *
     * @param plan which
     * @return the new specification, without a type
     */
    public ChildSpec plan(RestartPlan plan) {
        return plans(PlanByReason.always(plan));
    }

    /**
     * Restarted by a plan that depends on why the child ended.
     *
     * @param value which
     * @return the new specification, without a type
     */
    public ChildSpec plans(PlanByReason value) {
        return with(draft -> {
            draft.plans = Objects.requireNonNull(value, "plans must not be null");
            draft.restart = null;
        });
    }

    /**
     * Restarted by a policy: plan, count and reset together.
     *
     * @param policy which
     * @return the new specification, without a type
     */
    public ChildSpec policy(RestartPolicy policy) {
        return plans(policy.plans()).count(policy.count()).resetAfter(policy.resetAfter());
    }

    /**
     * How many times the plan is run. Of no effect on a child with a type.
     *
     * @param value how many times
     * @return the new specification
     */
    public ChildSpec count(RestartCount value) {
        return with(draft -> draft.count = Objects.requireNonNull(value, "count must not be null"));
    }

    /**
     * After which time of running well the plan begins anew. Of no effect on a child with a type.
     *
     * @param value zero means never
     * @return the new specification
     * @throws IllegalArgumentException if the time is negative
     */
    public ChildSpec resetAfter(Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException("reset-after must not be negative, got: " + value);
        }
        return with(draft -> draft.resetAfter = value);
    }

    /**
     * How the child is stopped.
     *
     * @param value how
     * @return the new specification
     */
    public ChildSpec shutdown(Shutdown value) {
        return with(draft -> draft.shutdown = Objects.requireNonNull(value, "shutdown must not be null"));
    }

    /**
     * What the child is.
     *
     * @param value a worker or a supervisor
     * @return the new specification
     */
    public ChildSpec type(ChildType value) {
        return with(draft -> draft.type = Objects.requireNonNull(value, "type must not be null"));
    }

    /**
     * The end of this child by itself may end the supervisor, see {@link AutoShutdown}.
     *
     * @return the new specification
     */
    public ChildSpec significant() {
        return with(draft -> draft.significant = true);
    }

    /**
     * The child adds its own to the supervisor's {@link ChildDefaults}: director's {@code append}.
     *
     * <ul>
     *   <li>Without a start of its own it is started by theirs. Its arguments come after theirs, whichever function it
     *       has.
     *   <li>Its plan and modules come after theirs, its count and shutdown time are added. {@code infinity} and
     *       {@code dynamic} of the child win; those of the defaults say nothing.
     *   <li>For all that the child does not say director's own defaults count: its default plan, once, one second (for
     *       a supervisor infinity), and for modules the class of its {@link StartFunction}.
     * </ul>
     *
     * @return the new specification
     */
    public ChildSpec append() {
        return with(draft -> draft.append = true);
    }

    /**
     * Which code the child runs, for information: OTP's {@code modules}. A child that is started by a
     * {@link StartFunction} and does not say its modules has that function's class.
     *
     * @param names class names, say; {@code "dynamic"} alone says that the child can't tell beforehand
     * @return the new specification
     */
    public ChildSpec modules(String... names) {
        return with(draft -> draft.modules = List.of(names));
    }

    /**
     * The child's id.
     *
     * @return not empty
     */
    public String id() {
        return id;
    }

    /**
     * How it is started.
     *
     * @return its own start; null if it has none and takes that of the defaults
     */
    public @Nullable ChildStart start() {
        return start;
    }

    /**
     * Its own arguments.
     *
     * @return none or more; empty for a start that takes none
     */
    public List<Object> arguments() {
        return start instanceof ArgumentsStart with ? with.arguments() : arguments;
    }

    /**
     * What it is.
     *
     * @return a worker or a supervisor
     */
    public ChildType type() {
        return type;
    }

    /**
     * Whether its end may end the supervisor.
     *
     * @return see {@link #significant()}
     */
    public boolean isSignificant() {
        return significant;
    }

    /**
     * Whether it adds to the defaults.
     *
     * @return see {@link #append()}
     */
    public boolean isAppending() {
        return append;
    }

    /**
     * Which code it runs.
     *
     * @return see {@link #modules(String...)}; empty if it says none
     */
    public List<String> modules() {
        return modules == null ? List.of() : modules;
    }

    /**
     * The start that holds, with all arguments but that of a template's child. Refuses a child without a start.
     *
     * @param where the beginning of a refusal
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

    /** The modules that hold, given the start that does. */
    List<String> modules(ChildStart effective, ChildDefaults defaults) {
        List<String> own = modules;
        if (own == null) {
            own = effective instanceof ArgumentsStart with ? List.of(with.module()) : List.of();
        }
        return append ? Modules.append(defaults.modules(), own) : own;
    }

    /**
     * What decides about its restarts, once the defaults are taken into account.
     *
     * @param defaults the supervisor's
     * @return the rule that holds
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
     * How it is stopped, once the defaults are taken into account.
     *
     * @param defaults the supervisor's
     * @return the way that holds
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

    private ChildSpec with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new ChildSpec(draft);
    }

    @Override
    public String toString() {
        return "ChildSpec[" + id + ", " + restartRule(ChildDefaults.NONE) + ", " + shutdown(ChildDefaults.NONE) + ", "
                + type
                + (significant ? ", significant" : "") + (append ? ", append" : "") + "]";
    }

    /** A specification in the making. */
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
