package io.github.ppool.supervisor;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.restart.PlanState;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.restart.RestartType;
import io.github.ppool.time.MonotonicClock;
import io.github.ppool.time.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a supervisor knows of one child. Kept small: there may be a million of them. Belongs to the supervisor's
 * process.
 *
 * <p>A child runs ({@code pid}), is going to be started again ({@code pending}), or neither.
 */
final class Child extends ChildList.Member {

    final ChildSpec spec;
    @Nullable
    Object argument; // what a template was given; forgotten when it is sure not to be needed again
    private ResolvedSpec resolved;

    @Nullable
    Pid pid;
    @Nullable
    Pid formerPid; // the process that it was last, while it does not run
    @Nullable
    PendingRestart pending; // set and cleared by Children alone
    private @Nullable PlanState plan; // made at the first end that a plan decides about
    @Nullable
    ExitReason lastExit;
    long startedAtNanos;
    int starts;

    Child(ChildSpec spec, @Nullable Object argument, ResolvedSpec resolved) {
        this.spec = spec;
        this.argument = argument;
        this.resolved = resolved;
    }

    /** A restart to come. Its identity tells a message that is still wanted from one that comes too late. */
    static final class PendingRestart {
        private final long atNanos;
        private final int asks;
        private @Nullable Timer timer; // null when the message is under way already

        /** One that the supervisor decided on. */
        PendingRestart(long atNanos) {
            this(atNanos, 0);
        }

        /** One that the child's start asked for, so many times in a row. */
        PendingRestart(long atNanos, int asks) {
            this.atNanos = atNanos;
            this.asks = asks;
        }

        /** Whether the child's start asked for it. */
        boolean isStartLater() {
            return asks > 0;
        }

        void remindedBy(Timer reminder) {
            timer = reminder;
        }

        void cancel() {
            if (timer != null) {
                timer.cancel();
            }
        }
    }

    ResolvedSpec resolved() {
        return resolved;
    }

    RestartRule rule() {
        return resolved.rule();
    }

    Shutdown shutdown() {
        return resolved.shutdown();
    }

    /** How often in a row its start has asked for a later try. */
    int asks() {
        return pending == null ? 0 : pending.asks;
    }

    boolean isOfType(RestartType type) {
        return rule() instanceof RestartRule.ByType(RestartType own) && own == type;
    }

    boolean hasPlan() {
        return rule() instanceof RestartRule.ByPlan;
    }

    /** The place in the plan; for a child that has one. */
    PlanState planState() {
        PlanState state = plan;
        if (state == null) {
            state = policy().newState();
            plan = state;
        }
        return state;
    }

    RestartPolicy policy() {
        if (plan != null) {
            return plan.policy();
        }
        if (rule() instanceof RestartRule.ByPlan(RestartPolicy policy)) {
            return policy;
        }
        throw new IllegalStateException("child '" + spec.id() + "' has no restart plan: " + rule());
    }

    /** Another plan from its beginning; a restart to come is left alone. */
    void changePlan(RestartPlan changed) {
        requirePlan("plan");
        planState().changePlan(changed);
    }

    /** Another number of rounds; the place in the plan is kept. */
    void changeCount(RestartCount changed) {
        requirePlan("count");
        planState().changeCount(changed);
    }

    private void requirePlan(String what) {
        if (!hasPlan()) {
            throw new IllegalArgumentException("the " + what + " of child '" + spec.id()
                    + "' cannot be changed: it must have a restart plan, but its restart type is " + rule());
        }
    }

    /** What the child may have inherited has changed; its process and a restart to come are left alone. */
    void resolve(ResolvedSpec changed) {
        if (!changed.rule().equals(rule())) {
            plan = null;
        }
        resolved = changed;
    }

    /** In which time it will be started again; null if no time is set. */
    @Nullable
    Duration restartIn(MonotonicClock clock) {
        return pending == null ? null : Duration.ofNanos(Math.max(0, pending.atNanos - clock.nanoTime()));
    }

    ChildInfo info(boolean named, MonotonicClock clock) {
        return new ChildInfo(
                named ? spec.id() : null,
                pid != null
                        ? ChildInfo.State.RUNNING
                        : pending != null ? ChildInfo.State.RESTARTING : ChildInfo.State.UNDEFINED,
                pid,
                spec.type(),
                resolved.modules(),
                Math.max(0, starts - 1),
                pid == null ? null : Duration.ofNanos(clock.nanoTime() - startedAtNanos),
                restartIn(clock),
                lastExit);
    }

    @Override
    public String toString() {
        return spec.id() + (pid == null ? "" : " " + pid);
    }
}
