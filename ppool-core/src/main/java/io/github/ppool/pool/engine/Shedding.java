package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolRejectedException;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.ShedReason;
import io.github.ppool.pool.ShedRule;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Refuses waiters under overload: one for each newcomer while the queue is full, by the rule of the pool, and each one
 * that has waited for the target. {@link WaitOrder} chooses them.
 */
final class Shedding<W> {

    /** The number of late waiters that are refused before the lock is let go for a moment. */
    private static final int BATCH = 200;

    private final PoolCore<W> core;
    private final Waiters<W> waiters;
    private final Admission<W> admission;
    private final PoolSpec<W> spec;
    /** Null if newcomers are refused, and no waiter for its wait. */
    private final @Nullable WaitOrder<W> order;

    Shedding(PoolContext<W> context, PoolCore<W> core, Waiters<W> waiters, Admission<W> admission) {
        this.core = core;
        this.waiters = waiters;
        this.admission = admission;
        this.spec = context.spec();
        this.order = core.queue.order();
    }

    /**
     * Under the lock: if the queue is full, one more caller or task is refused, or a waiter in favour of it.
     *
     * @param newcomer not in the queue yet
     * @param sinceNanos when it began to wait
     * @return the refusal of the newcomer; null if there is room for it by now
     */
    @Nullable
    Supplier<PoolException> refusalWhenFull(
            String what, Waiter<W> newcomer, long sinceNanos, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        if (order == null || !admission.isFull(0)) {
            return admission.refusalWhenFull(what, 0);
        }
        newcomer.waitsSince(sinceNanos);
        Waiter<W> victim = order.victimFor(newcomer);
        if (victim == null) {
            return refusalOfNewcomer(what, order.isNearest(newcomer));
        }
        ShedReason reason = order.rule() == ShedRule.OLDEST ? ShedReason.OLDEST : ShedReason.DEADLINE;
        String chosen = victim instanceof PoolTask<W, ?> task && task.options.expendable()
                ? "is expendable"
                : reason == ShedReason.OLDEST ? "waited longest" : "had the nearest deadline";
        refuse(victim, reason, "queue-capacity " + spec.queueCapacity() + " is reached, one more came, and by shed "
                + (reason == ShedReason.OLDEST ? "oldest" : "deadline") + " the waiter goes that " + chosen, after);
        core.changed(after);
        return null;
    }

    private @Nullable Supplier<PoolException> refusalOfNewcomer(String what, boolean nearest) {
        if (!nearest) {
            return admission.refusalWhenFull(what, 0);
        }
        core.shed.add(ShedReason.DEADLINE);
        return admission.refusalOf(
                (text, status, cause) -> PoolRejectedException.shed(ShedReason.DEADLINE, text, status),
                what + " was refused: queue-capacity " + spec.queueCapacity()
                        + " is reached, and by shed deadline the caller goes whose deadline is the nearest",
                null);
    }

    private void refuse(Waiter<W> victim, ShedReason reason, String rule, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        Duration waited = Duration.ofNanos(order == null ? 0 : order.waitedNanos(victim));
        core.dequeue(victim);
        core.shed.add(reason);
        String what = (victim instanceof PoolTask ? victim + " was shed after " : "the caller was shed after ")
                + waited.toMillis() + " ms in the queue: " + rule;
        waiters.refuse(victim, admission.refusalOf(
                (text, status, cause) -> PoolRejectedException.shed(reason, text, status), what, null), after);
    }

    /** On the clock's thread: refuses all that have waited too long, not too many of them at once. */
    void lookForLate() {
        WaitOrder<W> line = order;
        boolean more = line != null;
        while (more && line != null) {
            more = Boolean.TRUE.equals(core.decidedOnTimer(after -> {
                line.fired();
                boolean left = core.lifecycle() == PoolCore.Lifecycle.ACTIVE && refuseLate(line, after);
                if (!left && core.lifecycle() == PoolCore.Lifecycle.ACTIVE) {
                    line.schedule(); // a pool that drains works on all that it has accepted
                }
                core.changed(after);
                return left;
            }));
        }
    }

    /** True if some are left. */
    private boolean refuseLate(WaitOrder<W> line, DeferredActions after) {
        for (int i = 0; i < BATCH; i++) {
            Waiter<W> late = line.firstLate();
            if (late == null) {
                return false;
            }
            refuse(late, ShedReason.MAX_WAIT, "the pool is overloaded, and max-wait-target is " + spec.maxWaitTarget(),
                    after);
        }
        return true;
    }
}
