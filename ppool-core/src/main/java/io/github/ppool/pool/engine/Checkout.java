package io.github.ppool.pool.engine;

import io.github.ppool.guard.StackReserve;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolInterruptedException;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checkout: lends an idle worker, or puts the caller into the queue. The fast path without the lock is before it, see
 * {@link PoolLease#reuse}.
 */
class Checkout<W> {

    private final PoolCore<W> core;
    private final LeakDetector<W> leaks;
    private final Leases<W> leases;
    private final Admission<W> admission;
    private final Waiters<W> waiters;
    private final WaitTimeouts<W> timeouts;
    private final AbandonedLeases<W> abandoned;
    private final Shedding<W> shedding;
    private final ProcessSystem system;
    private final MonotonicClock clock;
    private final IdleWorkers<W> workers;
    private final WaitQueue<W> queue;
    private final BorrowerTable borrowers;
    private final RetirementPolicy policy;
    private final boolean fastPath;

    Checkout(PoolContext<W> context, PoolCore<W> core, LeakDetector<W> leaks, Leases<W> leases, Admission<W> admission,
            Waiters<W> waiters, WaitTimeouts<W> timeouts, AbandonedLeases<W> abandoned, Shedding<W> shedding) {
        this.core = core;
        this.leaks = leaks;
        this.leases = leases;
        this.admission = admission;
        this.waiters = waiters;
        this.timeouts = timeouts;
        this.abandoned = abandoned;
        this.shedding = shedding;
        this.system = context.system();
        this.clock = context.clock();
        this.workers = core.workers;
        this.queue = core.queue;
        this.borrowers = core.borrowers;
        this.policy = core.policy;
        this.fastPath = core.fastPath;
    }

    /** An idle worker; null if none is to be had at once. */
    @Nullable
    PoolLease<W> lendIdle(Thread thread) {
        if (!queue.looksEmpty()) {
            return null;
        }
        StackReserve.forLockApart();
        CheckoutSite where = leaks.captureCallSite();
        Borrower met = ProcessSystem.isImpersonating() ? borrowers.register(thread) : null;
        while (true) {
            workers.lockReserved(); // leaves the queue open: if it is open it is not empty
            try {
                Slot<W> slot = core.isServing() && queue.isEmpty() ? workers.pick(thread) : null;
                if (slot == null) {
                    return null;
                }
                Borrower owner = met != null
                        ? met
                        : slot.borrowerThreadId == thread.threadId() ? slot.borrower : borrowers.known(thread);
                if (owner != null) {
                    if (!owner.isAlive() || slot.isDead()
                            || (!fastPath && (policy.needsCheck(slot, clock) || !core.canServeWithinRate()))) {
                        workers.putBack(slot);
                        return null;
                    }
                    workers.markBorrowed(slot);
                    return leases.lease(slot, owner, where);
                }
                workers.putBack(slot);
            } finally {
                workers.unlock();
            }
            met = borrowers.register(thread);
        }
    }

    /**
     * Puts a borrower into the queue, or says why not.
     *
     * @param timeout how long it will wait; zero and negative: only an idle worker will do
     * @param sinceNanos when it began to wait
     */
    @Nullable
    Supplier<PoolException> enter(Waiter<W> borrower, String what, Duration timeout, long sinceNanos) {
        return enter(borrower, what, timeout, sinceNanos, false);
    }

    @Nullable
    Supplier<PoolException> enter(
            Waiter<W> borrower, String what, Duration timeout, long sinceNanos, boolean opensQueue) {
        boolean waits = Waiter.waitsWithin(timeout);
        return core.decided(after -> {
            abandoned.reclaimBeforeWaiting(after);
            Supplier<PoolException> refusal = admission.refusal(what, false);
            if (refusal == null && !waits && !(core.canServeWithinRate() && workers.anyIdle())) {
                core.refusedByRate();
                refusal = admission.noWorkerIsIdle();
            }
            if (refusal == null) {
                refusal = shedding.refusalWhenFull(what, borrower, sinceNanos, after);
            }
            if (refusal == null) {
                core.enqueue(borrower, sinceNanos, after);
                if (borrower.queued && waits) {
                    timeouts.setDeadline(borrower, sinceNanos + PoolContext.limitedNanos(timeout));
                }
                if (opensQueue) {
                    admission.openQueueIfSaturated();
                }
            }
            return refusal;
        });
    }

    /**
     * As {@link #enter} for a virtual thread. Needs no lock where others wait already, no check is needed, and the next
     * expiry scan comes not later than the end of its time.
     */
    @Nullable
    Supplier<PoolException> admitVirtual(BlockingWaiter<W> borrower, String what, Duration timeout, long sinceNanos) {
        if (Waiter.waitsWithin(timeout) && queue.looksOpen()) {
            long deadlineNanos = sinceNanos + PoolContext.limitedNanos(timeout);
            if (timeouts.isExpiryScheduledBy(deadlineNanos)) {
                borrower.setPendingDeadline(deadlineNanos);
                switch (queue.join(borrower, sinceNanos)) {
                    case YES -> {
                        // again: the last look may have been before the waiter joined, and the next one comes too late
                        return timeouts.isExpiryScheduledBy(deadlineNanos)
                                ? null
                                : admitLateJoiner(borrower, what);
                    }
                    case LATE -> {
                        return admitLateJoiner(borrower, what);
                    }
                    case NOT -> borrower.clearPendingDeadline();
                }
            }
        }
        return enter(borrower, what, timeout, sinceNanos, true);
    }

    /** As {@link TaskService} for a task: the checks of a join under the lock are made now. */
    private @Nullable Supplier<PoolException> admitLateJoiner(BlockingWaiter<W> borrower, String what) {
        return core.decided(after -> {
            if (!borrower.queued) {
                return null; // served meanwhile
            }
            queue.countLate();
            Supplier<PoolException> refusal = admission.refusal(what, false);
            if (refusal == null) {
                refusal = admission.refusalWhenFull(what, 1);
            }
            if (refusal == null) {
                core.dispatchLateJoiner(after);
                if (borrower.queued) {
                    timeouts.enlistDeadline(borrower);
                    timeouts.scheduleExpiry();
                }
                admission.openQueueIfSaturated();
            } else {
                core.dequeue(borrower);
                core.changed(after);
            }
            return refusal;
        });
    }

    /** Puts a borrower into the queue if there is room for one more; {@link BlockingWaiter#entered} tells. */
    @Nullable
    Supplier<PoolException> admitForNewWorker(BlockingWaiter<W> borrower) {
        return core.decided(after -> {
            abandoned.reclaimBeforeWaiting(after);
            Supplier<PoolException> refusal = admission.refusal("tryCheckout", false);
            if (refusal == null && admission.canServeOneMore()) {
                borrower.entered = true;
                core.enqueue(borrower, clock.nanoTime(), after);
            } else if (refusal == null) {
                core.refusedByRate();
                refusal = admission.refusalByGate("tryCheckout");
            }
            return refusal;
        });
    }

    /** A borrower is interrupted or ended; if it was neither granted nor refused before, it has left the queue now. */
    Supplier<PoolException> leave(BlockingWaiter<W> borrower) {
        return Objects.requireNonNull(core.decided(after -> {
            core.dequeue(borrower);
            core.changed(after);
            return admission.refusalOf(PoolInterruptedException::new, "the caller was interrupted while it waited",
                    null);
        }));
    }

    /** The process for which a stage waits has died. */
    private void waitingProcessExited(AsyncWaiter<W> borrower) {
        core.lockedAfterExit(after -> {
            if (core.dequeue(borrower)) {
                waiters.processEnded(borrower, after);
                core.changed(after);
            }
        });
    }

    /**
     * Without the lock, by the caller, after the stage has entered the queue: the stage of a process that dies is
     * refused.
     */
    void watchOwner(AsyncWaiter<W> stage) {
        Pid process = stage.ownerPid();
        if (process != null && !stage.future.isDone()) {
            stage.watchOwner(system.onExit(process, (ended, reason) -> waitingProcessExited(stage)));
        }
    }

    /** Without the lock: the stage was completed in some way, so no caller waits for it any longer. */
    void stageCompleted(AsyncWaiter<W> stage) {
        stage.unwatchOwner();
        core.leaveQueue(stage);
    }
}
