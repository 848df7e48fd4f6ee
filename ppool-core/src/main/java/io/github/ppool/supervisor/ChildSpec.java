package io.github.ppool.supervisor;

import io.github.ppool.restart.PlanByReason;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.restart.RestartType;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a supervisor has to know of a child. An immutable value; each method returns a new one. Stands for OTP's and director's
 * child specifications.
 *
 * <p>A child has a restart type <em>or</em> a plan; the one said last counts. If it says neither, the supervisor's
 * {@link ChildDefaults} hold, and without such it is permanent.
 */
public final class ChildSpec {

    /** What director gives a child that appends and does not say its own time. */
    private static final Shutdown DIRECTOR_SHUTDOWN = Shutdown.after(Duration.ofSeconds(1));

    private final String id;
    private final ChildStart start;
    private final @Nullable RestartType restart;
    private final @Nullable PlanByReason plans;
    private final @Nullable RestartCount count;
    private final @Nullable Duration resetAfter;
    private final @Nullable Shutdown shutdown;
    private final ChildType type;
    private final boolean significant;
    private final boolean append;
    private final List<String> modules;

    private ChildSpec(Draft draft) {
        this.id = draft.id;
        this.start = draft.start;
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
        if (id.isEmpty()) {
            throw new IllegalArgumentException("child id must not be empty");
        }
        return new ChildSpec(new Draft(id, Objects.requireNonNull(start, "start must not be null")));
    }

    /**
     * A supervisor as a child, of type {@link ChildType#SUPERVISOR}.
     *
     * @param id unique among the supervisor's children, not empty
     * @param spec what it supervises
     * @return the specification
     * @throws IllegalArgumentException if the id is empty
     */
    public static ChildSpec supervisor(String id, SupervisorSpec spec) {
        return of(id, ChildStart.supervisor(spec)).type(ChildType.SUPERVISOR);
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
     * The plan, count and shutdown time are added to those of the supervisor's {@link ChildDefaults}: director's {@code append}.
     * What the child does not say counts as director's own defaults: its default plan, once, one second.
     *
     * @return the new specification
     */
    public ChildSpec append() {
        return with(draft -> draft.append = true);
    }

    /**
     * Which code the child runs, for information: OTP's {@code modules}.
     *
     * @param names class names, say
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
     * @return the start
     */
    public ChildStart start() {
        return start;
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
     * @return see {@link #modules(String...)}
     */
    public List<String> modules() {
        return modules;
    }

    /**
     * What decides about its restarts, once the defaults are taken into account.
     *
     * @param defaults the supervisor's
     * @return the rule that holds
     */
    public RestartRule restartRule(ChildDefaults defaults) {
        RestartPolicy inherited = defaults.restart();
        if (append) {
            RestartPolicy own = ownPolicy(RestartPolicy.DIRECTOR_DEFAULT);
            return new RestartRule.ByPlan(inherited == null ? own : added(inherited, own));
        }
        if (restart != null) {
            return new RestartRule.ByType(restart);
        }
        if (plans != null) {
            return new RestartRule.ByPlan(ownPolicy(RestartPolicy.DIRECTOR_DEFAULT));
        }
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

    private RestartPolicy added(RestartPolicy inherited, RestartPolicy own) {
        return inherited
                .withPlan(inherited.plan().append(own.plan()))
                .withCount(inherited.count().append(own.count()))
                .withResetAfter(resetAfter == null ? inherited.resetAfter() : resetAfter);
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
            Shutdown own = shutdown == null ? DIRECTOR_SHUTDOWN : shutdown;
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
        private final ChildStart start;
        private @Nullable RestartType restart;
        private @Nullable PlanByReason plans;
        private @Nullable RestartCount count;
        private @Nullable Duration resetAfter;
        private @Nullable Shutdown shutdown;
        private ChildType type = ChildType.WORKER;
        private boolean significant;
        private boolean append;
        private List<String> modules = List.of();

        private Draft(String id, ChildStart start) {
            this.id = id;
            this.start = start;
        }

        private Draft(ChildSpec spec) {
            this(spec.id, spec.start);
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
