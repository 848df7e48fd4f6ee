package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.guard.ForeignCode;
import io.github.ppool.guard.ForeignText;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.WorkerExitException;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The workers that threads of killed processes still use. A thread can't be ended from outside. Until it has ended, or
 * has given the worker back, no other holder gets that worker.
 *
 * <ul>
 * <li>A <em>borrower</em> was killed: its workers are held back. The thread gives them back, or ends; after the grace
 * they are crashed.
 * <li>A <em>worker's process</em> was killed: its slot stays taken, and the next process waits. The thread closes the
 * worker and ends; after the grace another thread closes the worker, which frees a thread that waits at a socket.
 * </ul>
 *
 * <p>A thread that goes on although its worker is closed, or that was still making one, gives up its slot to the next
 * process and is <em>detached</em>. As many may be as the pool may have workers; all beyond them keep their slots. So
 * the threads of a pool are bounded. If its tasks heed no interrupt, the pool comes to a standstill instead of the
 * machine.
 *
 * <p>Guarded by the engine's lock, but for calls from the threads that end.
 */
final class OrphanTracker<W> {

    private static final GuardedLog LOG = GuardedLog.of(OrphanTracker.class);

    private final PoolContext<W> context;
    private final PoolCore<W> core;
    private final WorkerLimits<W> limits;
    private final Leases<W> leases;
    private final Waiters<W> waiters;
    private final CreationPermits<W> permits;
    /** Null without a gate. */
    private final @Nullable PoolGate<W> gate;
    private final IdleWorkers<W> workers;
    private int detached;

    OrphanTracker(
            PoolContext<W> context,
            PoolCore<W> core,
            WorkerLimits<W> limits,
            Leases<W> leases,
            Waiters<W> waiters,
            CreationPermits<W> permits,
            @Nullable PoolGate<W> gate) {
        this.context = context;
        this.core = core;
        this.limits = limits;
        this.leases = leases;
        this.waiters = waiters;
        this.permits = permits;
        this.gate = gate;
        this.workers = core.workers;
    }

    // ---- borrowers

    /** A process was killed that has borrowed these workers, the one first that it took first. */
    void quarantine(Pid borrower, List<Slot<W>> borrowed, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        Slot.Quarantine<W> held = new Slot.Quarantine<>(borrower, borrowed, context.clock().nanoTime());
        for (Slot<W> slot : borrowed) {
            slot.quarantinedStamp = slot.stamp();
            leases.endLease(slot);
            slot.beginQuarantine(held);
            workers.move(slot, SlotState.QUARANTINED);
        }
        limits.watch(held);
        after.call(() -> context.system().onThreadEnd(borrower,
                (process, reason) -> core.lockedAfterExit(after2 -> release(held, after2))));
    }

    /** Under the lock: the thread that had the workers has ended. */
    private void release(Slot.Quarantine<W> held, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        held.end();
        for (Slot<W> slot : held.slots) {
            if (slot.quarantine == held) {
                free(slot, after);
            }
        }
        core.changed(after);
    }

    private void free(Slot<W> slot, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        slot.endQuarantine();
        core.markIdleSince(slot);
        core.reassign(slot, after, false);
    }

    /**
     * Under the lock: whether this lease is over because its owner was killed, and the owner's thread, which calls, had
     * it.
     */
    boolean isQuarantined(Slot<W> slot, long stamp) {
        assert core.isHeldByCurrentThread();
        Slot.Quarantine<W> held = slot.quarantine;
        if (held == null || slot.quarantinedStamp != stamp) {
            return false;
        }
        ProcessContext caller = ProcessSystem.currentProcess();
        return caller != null && caller.self().equals(held.borrower);
    }

    /** The thread of the killed borrower closes the lease: it has left the worker. */
    void givenBack(PoolLease<W> lease) {
        core.locked(after -> {
            if (isQuarantined(lease.slot, lease.stamp)) {
                free(lease.slot, after);
                core.changed(after);
            }
        });
    }

    /** The same, but the worker is broken. */
    void givenBackBroken(PoolLease<W> lease, Throwable cause) {
        core.locked(after -> {
            if (isQuarantined(lease.slot, lease.stamp)) {
                crash(lease.slot, cause, after);
            }
        });
    }

    /** The grace is over. */
    void crashQuarantined(Slot.Quarantine<W> held, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        held.end();
        for (Slot<W> slot : held.slots) {
            if (slot.quarantine == held) {
                after.call(() -> LOG.warn(
                        "{} of pool '{}' is replaced: {}, which had borrowed it, was ended,"
                                + " and its thread has not left it within {}",
                        slot.childId, context.name(), held.borrower, context.spec().orphanGrace()));
                crash(slot, new IllegalStateException("the borrower " + held.borrower
                        + " was ended, and its thread has not left the worker within " + context.spec().orphanGrace()),
                        after);
            }
        }
    }

    private void crash(Slot<W> slot, Throwable cause, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        Pid pid = slot.pid;
        slot.endQuarantine();
        workers.move(slot, SlotState.CRASHING);
        if (pid != null) {
            after.call(() -> context.crash(pid, cause));
        }
    }

    // ---- processes of workers

    /**
     * The process of a slot was killed, and its thread has not ended.
     *
     * @param worker its worker, null if it was still making one
     * @param next the next state of the slot; {@link SlotState#GONE} if it is to lose its place
     * @return the state of the slot now
     */
    SlotState keepPlace(Slot<W> slot, Pid pid, @Nullable W worker, SlotState next, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        AtomicBoolean claim = slot.closeClaim == null ? new AtomicBoolean() : slot.closeClaim;
        Slot.Orphan<W> left = new Slot.Orphan<>(slot, pid, worker, claim, slot.permit, context.clock().nanoTime());
        after.add(() -> context.system().onThreadEnd(pid, (process, reason) -> threadEnded(left)));
        if (left.closed && !left.isOver() && detach(left)) {
            return next;
        }
        slot.orphan = left;
        limits.watch(left);
        return next == SlotState.GONE ? SlotState.DISMISSED : next;
    }

    /** Most threads end at once. This one has not: the pool no longer counts on its place. */
    void isSlow(Slot.Orphan<W> left, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        if (left.slot.orphan == left) {
            left.slow = true;
            workers.setSlow(left.slot, true);
            core.startMore(after);
            waiters.refuseImpatient(
                    "the thread of " + left.pid + ", which was killed, has not ended and keeps its place",
                    null, after);
        }
    }

    private boolean detach(Slot.Orphan<W> left) {
        assert core.isHeldByCurrentThread();
        if (detached >= workers.size + workers.maxOverflow) {
            return false;
        }
        left.detached = true;
        detached++;
        return true;
    }

    /** Last of all on the orphan's own thread; if that has ended already, on the one that tells of the end. */
    private void threadEnded(Slot.Orphan<W> left) {
        core.lockedAfterExitElsewhere(after -> {
            left.end();
            if (left.detached) {
                detached--;
                detachNext(after);
            } else if (left.closed || !left.closing) { // else the place is free when that is done
                releasePlace(left, after);
            }
        });
    }

    /** On the orphan's own thread: it has closed its worker, and is about to end. */
    void closedByItself(Slot<W> slot, Pid pid) {
        core.locked(after -> {
            Slot.Orphan<W> left = slot.orphan;
            if (left != null && left.pid.equals(pid)) {
                left.closed = true;
                releasePlace(left, after);
            }
        });
    }

    private void detachNext(DeferredActions after) {
        assert core.isHeldByCurrentThread();
        for (Slot<W> slot : workers.copy()) {
            Slot.Orphan<W> left = slot.orphan;
            if (left != null && left.closed && !left.isOver() && detach(left)) {
                releasePlace(left, after);
                return;
            }
        }
    }

    private void releasePlace(Slot.Orphan<W> left, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        Slot<W> slot = left.slot;
        if (slot.orphan == left) {
            slot.orphan = null;
            permits.orphanGone(slot, after);
        }
    }

    /** The grace is over, or there is none left: another thread closes the worker of the killed process. */
    void closeForOrphan(Slot.Orphan<W> left, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        if (left.isOver() || left.closed || left.slot.orphan != left || !left.closeClaim.compareAndSet(false, true)) {
            return; // ended, detached, or being closed: no more can be done
        }
        left.closing = true;
        after.call(() -> {
            LOG.warn(
                    "{} of pool '{}' is closed by another thread: its process {} was killed,"
                            + " and the thread of that process has not left it within {}. It is here:",
                    left.slot.childId, context.name(), left.pid, context.spec().orphanGrace(), whereIs(left.pid));
            PoolThreads.onPlatformThread(left.slot.childId + " closing", context.contextClassLoader(),
                    () -> close(left));
        });
    }

    private Throwable whereIs(Pid pid) {
        Throwable where = new Throwable("the thread of " + pid);
        where.setStackTrace(context.system().stackTrace(pid));
        return where;
    }

    @SuppressWarnings("CatchingUnchecked") // destroy may throw any exception
    private void close(Slot.Orphan<W> left) {
        W worker = left.worker;
        if (worker == null) {
            return;
        }
        try {
            ForeignCode.ask(() -> {
                context.spec().factory().destroy(worker, new WorkerExitException(left.pid, ExitReason.KILLED));
                return null;
            });
        } catch (Throwable thrown) {
            LOG.warn("Worker {} could not be closed: {}", left.slot.childId, ForeignText.of(worker), thrown);
        }
        Pid process = Slot.processOf(worker);
        if (process != null) {
            context.system().exit(process, ExitReason.SHUTDOWN);
        }
        if (gate != null) {
            gate.releaseClosed(left.slot, left.permit, process);
        }
        core.locked(after -> {
            left.closed = true;
            if (left.slot.orphan == left && (left.isOver() || detach(left))) {
                releasePlace(left, after);
            }
        });
    }

    /** The pool is being stopped: no grace is waited for any more. */
    void closeAll(DeferredActions after) {
        assert core.isHeldByCurrentThread();
        for (Slot<W> slot : workers.slots) {
            Slot.Orphan<W> left = slot.orphan;
            if (left != null) {
                closeForOrphan(left, after);
            }
        }
    }

    /** For tests, under the lock: how many threads have given up their places. */
    int detached() {
        return detached;
    }
}
