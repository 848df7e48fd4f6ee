package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes workers back from borrowers that have ended without returning them. The end of a process is told; the end of a
 * thread that is no process is noticed only while callers wait, by a look ten times a second.
 */
final class AbandonedLeases<W> {

    private final PoolContext<W> context;
    private final PoolCore<W> core;
    private final Leases<W> leases;
    private final OrphanTracker<W> orphans;
    private final ProcessSystem system;
    private final MonotonicClock clock;
    private final IdleWorkers<W> workers;
    private final WaitQueue<W> queue;
    private static final GuardedLog LOG = GuardedLog.of(AbandonedLeases.class);

    /** The interval at which waiters look for workers with a borrowing thread that has ended. */
    private static final Duration RECLAIM_EVERY = Duration.ofMillis(100);
    private boolean reclaimScheduled;

    AbandonedLeases(PoolContext<W> context, PoolCore<W> core, Leases<W> leases, OrphanTracker<W> orphans) {
        this.context = context;
        this.core = core;
        this.leases = leases;
        this.orphans = orphans;
        this.system = context.system();
        this.clock = context.clock();
        this.workers = core.workers;
        this.queue = core.queue;
    }

    /**
     * A process that borrowed, waited, or might have, is dead: all its leases come back, in the order of the
     * check-outs; if it was killed, as soon as its thread has left it.
     */
    void borrowerExited(Pid pid) {
        core.lockedAfterExit(after -> {
            List<Slot<W>> his = new ArrayList<>();
            for (Slot<W> slot : workers.slots) {
                if (slot.borrower == null || !pid.equals(slot.borrower.pid)) {
                    continue;
                }
                workers.reconcile(slot);
                if (slot.state == SlotState.BORROWED) {
                    his.add(slot);
                } else {
                    leases.endLease(slot); // idle: its thread may go on, but must not find it again
                }
            }
            his.sort((a, b) -> Long.compare(a.checkoutOrder, b.checkoutOrder));
            if (!his.isEmpty() && system.isOrphaned(pid)) {
                orphans.quarantine(pid, his, after);
                return;
            }
            for (Slot<W> slot : his) {
                leases.endLease(slot);
                core.markIdleSince(slot);
                core.reassign(slot, after, false);
            }
            core.changed(after);
        });
    }

    /**
     * Under the lock: the first waiter has workers replaced if their borrowing threads have ended; {@link #reclaim}
     * follows.
     */
    void reclaimBeforeWaiting(DeferredActions after) {
        assert core.isHeldByCurrentThread();
        if (queue.isEmpty()) {
            reclaimFromEndedThreads(after);
        }
    }

    /**
     * Under the lock, when no waiter can be served otherwise: workers are replaced if their borrowing threads have
     * ended. Other threads may use them.
     */
    private void reclaimFromEndedThreads(DeferredActions after) {
        assert core.isHeldByCurrentThread();
        if (workers.anyIdle() || workers.in(SlotState.BORROWED) == 0) {
            return;
        }
        List<Slot<W>> ownerless = null;
        for (Slot<W> slot : workers.slots) {
            Borrower owner = slot.borrower;
            if (slot.state == SlotState.BORROWED && owner != null && owner.hasEndedSilently()) {
                ownerless = ownerless == null ? new ArrayList<>() : ownerless;
                ownerless.add(slot);
            }
        }
        if (ownerless != null) {
            ownerless.forEach(slot -> takeFromEndedThread(slot, after));
        }
    }

    /** The worker will not be given back, and another thread may use it: so it can't be lent again. */
    private void takeFromEndedThread(Slot<W> slot, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        Borrower owner = slot.borrower;
        Throwable where = slot.checkoutSite;
        Pid pid = slot.pid;
        leases.endLease(slot);
        workers.move(slot, SlotState.CRASHING);
        if (pid == null) {
            return;
        }
        after.call(() -> {
            context.crash(pid,
                    new IllegalStateException("the borrower " + owner + " has ended without giving the worker back",
                            where));
            LOG.warn(
                    "{} of pool '{}' is replaced because {} has ended without giving it back",
                    slot.childId, context.name(), owner, where);
        });
    }

    void scheduleReclaim() {
        assert core.isHeldByCurrentThread();
        if (!reclaimScheduled && workers.in(SlotState.BORROWED) > 0) {
            reclaimScheduled = true;
            clock.schedule(RECLAIM_EVERY, this::reclaim);
        }
    }

    private void reclaim() {
        core.lockedOnTimer(after -> {
            reclaimScheduled = false;
            if (!queue.isEmpty() && core.canServe()) {
                reclaimFromEndedThreads(after);
                if (!queue.isEmpty()) {
                    scheduleReclaim();
                }
            }
        });
    }

    /**
     * For tests, under the lock: checks the invariants of the timer.
     *
     * @param atRest whether no timer is running its action
     * @return the first one that does not hold, or null
     */
    @Nullable
    String brokenInvariant(boolean atRest) {
        return atRest && !queue.isEmpty() && core.canServe() && workers.in(SlotState.BORROWED) > 0 && !reclaimScheduled
                ? "callers wait, and no look at the borrowers' threads is scheduled"
                : null;
    }
}
