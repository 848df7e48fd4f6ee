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
 * The state of one child in its supervisor. It is small, because there may be a million of them. Belongs to the
 * supervisor's process.
 *
 * <p>A child runs ({@code pid}), or a restart is pending ({@code pending}), or neither.
 */
final class Child extends ChildList.Member {

    final ChildSpec spec;
    @Nullable
    Object argument; // the argument for a template's start; dropped when it can't be needed again
    private ResolvedSpec resolved;

    @Nullable
    Pid pid;
    @Nullable
    Pid formerPid; // the last process, while the child does not run
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

    /** A pending restart. Its identity distinguishes a current reminder from an obsolete one. */
    static final class PendingRestart {
        private final long atNanos;
        private final int asks;
        private @Nullable Timer timer; // null when the message has been sent already

        /** A restart by the supervisor's decision. */
        PendingRestart(long atNanos) {
            this(atNanos, 0);
        }

        /** A restart that the child's start has asked for, for the given number of times in a row. */
        PendingRestart(long atNanos, int asks) {
            this.atNanos = atNanos;
            this.asks = asks;
        }

        /** True if the child's start has asked for it. */
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

    /** The number of successive times that the start has asked for a later try. */
    int asks() {
        return pending == null ? 0 : pending.asks;
    }

    boolean isOfType(RestartType type) {
        return rule() instanceof RestartRule.ByType(RestartType own) && own == type;
    }

    boolean hasPlan() {
        return rule() instanceof RestartRule.ByPlan;
    }

    /** The position in the plan, for a child that has one. */
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

    /** Gives the child another plan, from its beginning; a pending restart stays. */
    void changePlan(RestartPlan changed) {
        requirePlan("plan");
        planState().changePlan(changed);
    }

    /** Gives the plan another number of rounds; the position in the plan stays. */
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

    /** The inherited part may have changed. The process and a pending restart stay. */
    void resolve(ResolvedSpec changed) {
        if (!changed.rule().equals(rule())) {
            plan = null;
        }
        resolved = changed;
    }

    /** The time until the pending restart; null if none is pending. */
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
