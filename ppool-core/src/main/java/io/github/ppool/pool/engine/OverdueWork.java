package io.github.ppool.pool.engine;

import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.engine.Slot.Operation.Kind;
import io.github.ppool.process.ExitReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * The consequences of a reached {@linkplain WorkerLimits time limit}. An operation that takes longer than a second is
 * no longer counted on, so another place is tried; an operation that takes longer than its limit costs its process
 * the life.
 */
final class OverdueWork<W> {

    private static final GuardedLog LOG = GuardedLog.of(OverdueWork.class);

    private final PoolContext<W> context;
    private final PoolCore<W> core;
    private final WorkerLimits<W> limits;
    private final CreationPermits<W> permits;
    private final OrphanTracker<W> orphans;

    OverdueWork(
            PoolContext<W> context,
            PoolCore<W> core,
            WorkerLimits<W> limits,
            CreationPermits<W> permits,
            OrphanTracker<W> orphans) {
        this.context = context;
        this.core = core;
        this.limits = limits;
        this.permits = permits;
        this.orphans = orphans;
    }

    /** A limit is reached. On the clock's thread, without the lock. */
    void look() {
        if (allEndedInTime()) {
            return;
        }
        List<Slot.Operation<W>> late = new ArrayList<>();
        core.lockedOnTimer(after -> {
            limits.fired();
            long now = context.clock().nanoTime();
            for (Slot.Operation<W> one = limits.pollSlow(now); one != null; one = limits.pollSlow(now)) {
                core.workers.setSlow(one.slot, true);
                permits.releaseCreationPermit(one.slot, after); // a creation that hangs must not hold up all others
            }
            late.addAll(limits.pollLate(now));
            for (Slot.Quarantine<W> one = limits.pollQuarantine(now); one != null; one = limits.pollQuarantine(now)) {
                orphans.crashQuarantined(one, after);
            }
            for (Slot.Orphan<W> one = limits.pollSlowOrphan(now); one != null; one = limits.pollSlowOrphan(now)) {
                orphans.isSlow(one, after);
            }
            for (Slot.Orphan<W> one = limits.pollOrphan(now); one != null; one = limits.pollOrphan(now)) {
                orphans.closeForOrphan(one, after);
            }
            core.startMore(after);
            limits.schedule();
        });
        late.forEach(this::kill);
    }

    /** In this frequent case, the timer closes no fast path. */
    private boolean allEndedInTime() {
        core.lockLeavingQueueOpen();
        try {
            return limits.allEndedInTime();
        } finally {
            core.unlock();
        }
    }

    private void kill(Slot.Operation<W> operation) {
        Duration limit = limits.limit(operation.kind);
        TimeoutException why = new TimeoutException(operation.whatIsLate(limit));
        // not under the lock: the thread has to be stopped for it
        why.setStackTrace(context.system().stackTrace(operation.pid));
        core.lockedOnTimer(after -> {
            Slot<W> slot = operation.slot;
            if (operation.isOver() || !operation.pid.equals(slot.pid)) {
                return; // it was done in the meantime
            }
            if (operation.kind != Kind.CLOSE) {
                slot.markOverran(why);
            }
            context.endProcess(operation.pid, ExitReason.KILL, after);
            after.call(() -> LOG.warn("Pool '{}': {}. It was here:", context.name(), operation.whatIsLate(limit), why));
        });
    }
}
