package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeadlineHeap;
import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.concurrent.LeaseWord;
import io.github.ppool.guard.StackReserve;
import io.github.ppool.pool.Lease;
import io.github.ppool.process.Pid;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/**
 * Check-in: ends a lease. The worker goes to the next waiter, is idle, or crashes if it is broken. The fast path
 * without the lock is {@link LeaseWord#tryEndReuse}.
 */
final class Checkin<W> extends Slot.Owner<W> {

    private final PoolContext<W> context;
    private final PoolCore<W> core;
    private final Leases<W> leases;
    private final AbandonedLeases<W> abandoned;
    private final OrphanTracker<W> orphans;
    private final DeferredReturns<W> deferredReturns;
    private final ListenerNotifier listeners;
    private final IdleWorkers<W> workers;
    private final WaitQueue<W> queue;
    private final DeadlineHeap<Waiter<W>> deadlines;
    private final boolean fastPath;
    /** Whether a validation can tell a broken worker from a usable one. */
    private final boolean validates;
    /** Whether the listener wants to know for how long borrowers have their workers. */
    private final boolean timesLeases;

    Checkin(PoolContext<W> context, PoolCore<W> core, Leases<W> leases, AbandonedLeases<W> abandoned,
            OrphanTracker<W> orphans, DeferredReturns<W> deferredReturns) {
        super(context.name(), context.clock(), core.workers);
        this.context = context;
        this.core = core;
        this.leases = leases;
        this.abandoned = abandoned;
        this.orphans = orphans;
        this.deferredReturns = deferredReturns;
        this.listeners = context.listeners();
        this.workers = core.workers;
        this.queue = core.queue;
        this.deadlines = core.deadlines;
        this.fastPath = core.fastPath;
        this.validates = Validation.canTell(context.spec().factory());
        this.timesLeases = context.listeners().notifiesLeases();
    }

    @Override
    void checkIn(Lease<W> closed) {
        PoolLease<W> lease = (PoolLease<W>) closed;
        Slot<W> slot = lease.slot;
        boolean counted = false;
        if (slot.isReused(lease.stamp) && slot.isReturnInRotation()) {
            slot.markSucceeded();
            counted = slot.countLease(lease.takenAtNanos());
            if (slot.tryEndReuse(lease.stamp)) {
                return;
            }
        }
        try {
            StackReserve.forLockApart();
        } catch (StackOverflowError full) {
            deferredReturns.add(lease, counted);
            return;
        }
        checkInSlowPath(lease, slot, counted);
    }

    /** Under the lock: as {@link #checkIn}. */
    void checkInDeferred(PoolLease<W> lease, boolean counted, DeferredActions after) {
        Slot<W> slot = lease.slot;
        workers.reconcile(slot);
        if (orphans.isQuarantined(slot, lease.stamp)) {
            after.add(() -> orphans.givenBack(lease));
        } else if (slot.isCurrent(lease.stamp) && slot.state == SlotState.BORROWED) {
            if (!counted) {
                slot.countLease(lease.takenAtNanos());
            }
            slot.markSucceeded();
            leases.endLease(slot);
            core.markIdleSince(slot);
            core.reassign(slot, after, false);
            core.changed(after);
            if (timesLeases) {
                after.call(() -> listeners.leaseEnded(lease.takenAtNanos()));
            }
        }
    }

    private void checkInSlowPath(PoolLease<W> lease, Slot<W> slot, boolean counted) {
        DeferredActions after = null;
        BlockingWaiter<W> next = null;
        boolean heldBack = false;
        lockForCheckIn();
        try {
            if (!slot.isCurrent(lease.stamp)) {
                heldBack = orphans.isQuarantined(slot, lease.stamp);
                return;
            }
            if (!counted) {
                slot.countLease(lease.takenAtNanos());
            }
            if (slot.state != SlotState.BORROWED) {
                if (slot.isReused(lease.stamp)) {
                    slot.markSucceeded();
                    workers.checkInOutOfRotation(slot, lease.stamp);
                }
                return;
            }
            slot.markSucceeded();
            Borrower giver = slot.borrower;
            boolean usable = slot.workerProcess == null || !(slot.isDead() || slot.owesAnswers());
            if (fastPath && core.isServing() && usable && queue.isEmpty() && workers.overflow() == 0
                    && !core.broadcasts.isOpen() && !workers.owesPermits()) {
                slot.nextStamp();
                workers.markIdle(slot);
            } else {
                next = fastPath && usable ? queue.pollThreadIfOpen() : null;
                if (next != null) {
                    handOverDirectly(slot, next);
                    markHandedOver(giver);
                    return;
                }
                core.closeFastPaths();
                if (!queue.isEmpty()) {
                    markHandedOver(giver);
                }
                after = new DeferredActions();
                leases.endLease(slot);
                core.markIdleSince(slot);
                core.reassign(slot, after, false);
                core.changed(after);
            }
        } finally {
            workers.unlock();
            Reference.reachabilityFence(lease); // it was not dropped
            if (next != null) {
                next.run();
            }
            if (heldBack) {
                orphans.givenBack(lease);
            }
        }
        if (after != null) {
            after.run(context);
        }
        if (timesLeases) {
            listeners.leaseEnded(lease.takenAtNanos());
        }
    }

    /** Others wait for the worker of the giver: it is to give way to them, see {@link EnginePoolClient}. */
    private static void markHandedOver(@Nullable Borrower giver) {
        if (giver != null) {
            giver.setHandedOn(true);
        }
    }

    /**
     * Leaves an open queue open: it is not empty. Others wait for a thread that brings back the last worker, so it
     * looks for the lock before it sleeps.
     */
    private void lockForCheckIn() {
        if (workers.idleCount() <= 1) {
            workers.lockReservedEagerly();
        } else {
            workers.lockReserved();
        }
    }

    /**
     * As the end of a lease and {@link PoolCore#reassign}, in the frequent case in which all that it would ask has
     * its answer: others wait, {@linkplain Admission#openQueueIfSaturated only that is so}, and the first of
     * them is a thread. It is to be woken without the lock.
     */
    private void handOverDirectly(Slot<W> slot, BlockingWaiter<W> next) {
        slot.nextStamp();
        deadlines.remove(next);
        next.grant(leases.lease(slot, next.owner(), null));
        abandoned.scheduleReclaim(); // others may wait
    }

    /** False if the lease was over before: then the call has no effect. */
    @Override
    boolean checkInBroken(Lease<W> closed, Throwable cause) {
        PoolLease<W> lease = (PoolLease<W>) closed;
        Slot<W> slot = lease.slot;
        Pid pid;
        boolean heldBack;
        core.lock();
        try {
            workers.reconcile(slot);
            heldBack = orphans.isQuarantined(slot, lease.stamp);
            pid = slot.isCurrent(lease.stamp) && slot.state == SlotState.BORROWED ? slot.pid : null;
            if (pid != null) {
                slot.countLease(lease.takenAtNanos());
                leases.endLease(slot);
                workers.move(slot, SlotState.CRASHING);
            }
        } finally {
            core.unlock();
            Reference.reachabilityFence(lease);
        }
        if (heldBack) {
            orphans.givenBackBroken(lease, cause);
        }
        if (pid == null) {
            return heldBack;
        }
        context.crash(pid, cause);
        if (timesLeases) {
            listeners.leaseEnded(lease.takenAtNanos());
        }
        return true;
    }

    /**
     * As {@link #checkIn}, but the worker is validated before it is lent again, by {@link PoolCore#reassign}.
     *
     * @param suspicion why, if an exception was thrown
     */
    @Override
    void checkInSuspect(Lease<W> closed, @Nullable Throwable suspicion) {
        PoolLease<W> lease = (PoolLease<W>) closed;
        if (!validates) {
            checkIn(lease);
            return;
        }
        Slot<W> slot = lease.slot;
        boolean[] over = {false};
        boolean[] heldBack = {false};
        core.locked(after -> {
            workers.reconcile(slot);
            heldBack[0] = orphans.isQuarantined(slot, lease.stamp);
            over[0] = slot.isCurrent(lease.stamp) && slot.state == SlotState.BORROWED;
            if (heldBack[0] || over[0]) {
                slot.markSuspect(suspicion);
            }
            if (over[0]) {
                slot.countLease(lease.takenAtNanos());
                leases.endLease(slot);
                core.markIdleSince(slot);
                core.reassign(slot, after, false);
                core.changed(after);
            }
        });
        if (heldBack[0]) {
            orphans.givenBack(lease);
        }
        if (over[0] && timesLeases) {
            listeners.leaseEnded(lease.takenAtNanos());
        }
    }

    /** Under the lock: ends the leases that were closed where the stack was too short for the lock. */
    void checkInDeferred(DeferredActions after) {
        deferredReturns.takeAll((lease, counted) -> checkInDeferred(lease, counted, after));
    }
}
