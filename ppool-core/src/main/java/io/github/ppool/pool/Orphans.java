package io.github.ppool.pool;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.guard.ForeignText;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What the threads of killed processes still have in their hands. A thread can't be ended from outside; until it has
 * ended, or has given back what it had, no other holder gets that.
 *
 * <ul>
 *   <li>A <em>borrower</em> was killed: its workers are held back. The thread gives them back, or ends; after the grace
 *   they are crashed.
 *   <li>A <em>worker's process</em> was killed: its place stays taken, and the process that follows waits. The thread
 *       closes the worker and ends; after the grace another thread closes the worker, which frees one that waits at a
 *       socket.
 * </ul>
 *
 * <p>A thread that goes on although its worker is closed, or that was still making one, gives up its place to the next
 * process and is <em>detached</em>. As many may be as the pool may have workers; all beyond them keep their places. So
 * the threads of a pool are bounded, and a pool whose tasks heed nothing comes to a standstill instead of taking the
 * machine with it.
 *
 * <p>Guarded by the engine's lock, but for what is called from the threads that end.
 */
final class Orphans<W> {

    private static final GuardedLog LOG = GuardedLog.of(Orphans.class);

    private final PoolEngine<W> engine;
    private int detached;

    Orphans(PoolEngine<W> engine) {
        this.engine = engine;
    }

    // ---- borrowers

    /** A process was killed that has borrowed these workers, the one first that it took first. */
    void holdBack(Pid borrower, List<Slot<W>> borrowed, AfterLock after) {
        HeldBack<W> held = new HeldBack<>(borrower, borrowed, engine.clock().nanoTime());
        for (Slot<W> slot : borrowed) {
            slot.heldBackStamp = slot.stamp();
            engine.endLease(slot);
            slot.heldBack = held;
            engine.places().move(slot, SlotState.HELD_BACK);
        }
        engine.limits().watch(held);
        after.call(() -> engine.system().onThreadEnd(borrower,
                (process, reason) -> engine.follows(after2 -> release(held, after2))));
    }

    /** Under the lock: the thread that had the workers has ended. */
    private void release(HeldBack<W> held, AfterLock after) {
        held.over = true;
        for (Slot<W> slot : held.slots) {
            if (slot.heldBack == held) {
                free(slot, after);
            }
        }
        engine.changed(after);
    }

    private void free(Slot<W> slot, AfterLock after) {
        slot.heldBack = null;
        engine.becameFree(slot);
        engine.free(slot, after, false);
    }

    /**
     * Under the lock: whether this lease is over because its owner was killed, and the owner's thread, which calls, had
     * it.
     */
    boolean hasHeldBack(Slot<W> slot, long stamp) {
        HeldBack<W> held = slot.heldBack;
        if (held == null || slot.heldBackStamp != stamp) {
            return false;
        }
        ProcessContext caller = ProcessSystem.currentProcess();
        return caller != null && caller.self().equals(held.borrower);
    }

    /** The thread of the killed borrower closes the lease: it has left the worker. */
    void givenBack(PoolLease<W> lease) {
        engine.locked(after -> {
            if (hasHeldBack(lease.slot, lease.stamp)) {
                free(lease.slot, after);
                engine.changed(after);
            }
        });
    }

    /** The same, but the worker is broken. */
    void givenBackBroken(PoolLease<W> lease, Throwable cause) {
        engine.locked(after -> {
            if (hasHeldBack(lease.slot, lease.stamp)) {
                crash(lease.slot, cause, after);
            }
        });
    }

    /** The grace is over. */
    void crashHeldBack(HeldBack<W> held, AfterLock after) {
        held.over = true;
        for (Slot<W> slot : held.slots) {
            if (slot.heldBack == held) {
                after.call(() -> LOG.warn(
                        "{} of pool '{}' is replaced: {}, which had borrowed it, was ended, and its thread has not left it within {}",
                        slot.childId, engine.name(), held.borrower, engine.spec().orphanGrace()));
                crash(slot, new IllegalStateException("the borrower " + held.borrower
                        + " was ended, and its thread has not left the worker within " + engine.spec().orphanGrace()),
                        after);
            }
        }
    }

    private void crash(Slot<W> slot, Throwable cause, AfterLock after) {
        Pid pid = slot.pid;
        slot.heldBack = null;
        engine.places().move(slot, SlotState.CRASHING);
        if (pid != null) {
            after.call(() -> engine.crash(pid, cause));
        }
    }

    // ---- processes of workers

    /**
     * The process of a slot was killed, and its thread has not ended.
     *
     * @param worker what it has, null if it was still making one
     * @param next what becomes of the slot; {@link SlotState#GONE} if it is to lose its place
     * @return what becomes of it now
     */
    SlotState leave(Slot<W> slot, Pid pid, @Nullable W worker, SlotState next, AfterLock after) {
        AtomicBoolean claim = slot.closeClaim == null ? new AtomicBoolean() : slot.closeClaim;
        Leftover<W> left = new Leftover<>(slot, pid, worker, claim, engine.clock().nanoTime());
        after.add(() -> engine.system().onThreadEnd(pid, (process, reason) -> threadEnded(left)));
        if (left.closed && !left.over && detach(left)) {
            return next;
        }
        slot.leftover = left;
        engine.limits().watch(left);
        return next == SlotState.GONE ? SlotState.DISMISSED : next;
    }

    /** Most threads end at once. This one has not: nobody counts on its place any more. */
    void isSlow(Leftover<W> left, AfterLock after) {
        if (left.slot.leftover == left) {
            left.slow = true;
            engine.places().setSlow(left.slot, true);
            engine.startMore(after);
            engine.refuseImpatient(
                    "the thread of " + left.pid + ", which was killed, has not ended and keeps its place",
                    null, after);
        }
    }

    private boolean detach(Leftover<W> left) {
        if (detached >= engine.places().size + engine.places().maxOverflow) {
            return false;
        }
        left.detached = true;
        detached++;
        return true;
    }

    /** Last of all on the orphan's own thread; if that has ended already, on the one that tells of the end. */
    private void threadEnded(Leftover<W> left) {
        engine.followsElsewhere(after -> {
            left.over = true;
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
        engine.locked(after -> {
            Leftover<W> left = slot.leftover;
            if (left != null && left.pid.equals(pid)) {
                left.closed = true;
                releasePlace(left, after);
            }
        });
    }

    private void detachNext(AfterLock after) {
        for (Slot<W> slot : engine.places().copy()) {
            Leftover<W> left = slot.leftover;
            if (left != null && left.closed && !left.over && detach(left)) {
                releasePlace(left, after);
                return;
            }
        }
    }

    private void releasePlace(Leftover<W> left, AfterLock after) {
        Slot<W> slot = left.slot;
        if (slot.leftover == left) {
            slot.leftover = null;
            engine.leftoverIsGone(slot, after);
        }
    }

    /** The grace is over, or there is none left: another thread closes the worker of the killed process. */
    void closeForOrphan(Leftover<W> left, AfterLock after) {
        if (left.over || left.closed || left.slot.leftover != left || !left.closeClaim.compareAndSet(false, true)) {
            return; // ended, detached, or being closed: no more can be done
        }
        left.closing = true;
        after.call(() -> {
            LOG.warn(
                    "{} of pool '{}' is closed by another thread: its process {} was killed, and the thread of that process has not left it within {}. It is here:",
                    left.slot.childId, engine.name(), left.pid, engine.spec().orphanGrace(), whereIs(left.pid));
            PoolThreads.onPlatformThread(left.slot.childId + " closing", engine.contextClassLoader(),
                    () -> close(left));
        });
    }

    private Throwable whereIs(Pid pid) {
        Throwable where = new Throwable("the thread of " + pid);
        where.setStackTrace(engine.system().stackTrace(pid));
        return where;
    }

    @SuppressWarnings("CatchingUnchecked") // destroy may throw anything
    private void close(Leftover<W> left) {
        W worker = left.worker;
        if (worker == null) {
            return;
        }
        try {
            ForeignCode.ask(() -> {
                engine.spec().factory().destroy(worker, new WorkerExitException(left.pid, ExitReason.KILLED));
                return null;
            });
        } catch (Throwable thrown) {
            LOG.warn("Worker {} could not be closed: {}", left.slot.childId, ForeignText.of(worker), thrown);
        }
        Pid process = WorkerProcess.processOf(worker);
        if (process != null) {
            engine.system().exit(process, ExitReason.SHUTDOWN);
        }
        engine.locked(after -> {
            left.closed = true;
            if (left.slot.leftover == left && (left.over || detach(left))) {
                releasePlace(left, after);
            }
        });
    }

    /** The pool is being stopped: nobody waits for a grace any more. */
    void closeAll(AfterLock after) {
        for (Slot<W> slot : engine.places().slots) {
            Leftover<W> left = slot.leftover;
            if (left != null) {
                closeForOrphan(left, after);
            }
        }
    }

    /** How many places the threads of killed processes have. */
    int heldPlaces() {
        int held = 0;
        for (Slot<W> slot : engine.places().slots) {
            held += slot.leftover != null || slot.state == SlotState.HELD_BACK ? 1 : 0;
        }
        return held;
    }
}
