package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.pool.engine.Slot.Operation.Kind;
import io.github.ppool.process.Pid;

/**
 * The permits to make a worker: the {@link CreationThrottle} says whether a process may call the factory now, or when a
 * permit of another process is returned.
 */
final class CreationPermits<W> {

    private final PoolCore<W> core;
    private final WorkerLimits<W> limits;
    private final Waiters<W> waiters;
    private final IdleWorkers<W> workers;
    private final CreationThrottle<W> throttle;
    /** The first act of a process that has its turn. */
    private final Kind first;

    CreationPermits(PoolCore<W> core, WorkerLimits<W> limits, Waiters<W> waiters) {
        this.core = core;
        this.limits = limits;
        this.waiters = waiters;
        this.workers = core.workers;
        this.throttle = core.throttle;
        this.first = core.workers.gate == null ? Kind.MAKE : Kind.ASK;
    }

    /** False: the permit comes later, as an order. */
    boolean takeCreationPermit(Slot<W> slot, Pid pid) {
        core.lock();
        try {
            if (!pid.equals(slot.pid) || slot.state == SlotState.DISMISSED || slot.state == SlotState.GONE) {
                return false;
            }
            if (slot.state == SlotState.FAILING) {
                workers.move(slot, SlotState.STARTING);
            }
            if (slot.orphan != null) {
                slot.waitsForOrphan = true;
                return false;
            }
            if (!throttle.enter(slot)) {
                return false;
            }
            limits.begin(slot, first);
            return true;
        } finally {
            core.unlock();
        }
    }

    /** Under the lock: the process before in this place is gone. */
    void orphanGone(Slot<W> slot, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        workers.setSlow(slot, false);
        if (slot.state == SlotState.DISMISSED && slot.pid == null) {
            workers.remove(slot);
        } else if (slot.waitsForOrphan) {
            slot.waitsForOrphan = false;
            if (slot.pid != null && slot.state == SlotState.STARTING && throttle.enter(slot)) {
                grantCreationPermit(slot, after);
            }
        }
        core.dispatch(after);
        waiters.refuseUnserved(after);
        core.changed(after);
    }

    private void grantCreationPermit(Slot<W> slot, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        limits.begin(slot, first);
        core.send(slot, WorkerCommand.Order.MAKE, after, false);
    }

    void processEnded(Slot<W> slot, DeferredActions after) {
        releaseCreationPermit(slot, after);
        slot.waitsForOrphan = false;
    }

    /** The creation is over, or takes too long: the next process may begin. */
    void releaseCreationPermit(Slot<W> slot, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        throttle.leave(slot);
        grantCreationPermits(after);
    }

    private void grantCreationPermits(DeferredActions after) {
        assert core.isHeldByCurrentThread();
        for (Slot<W> next = throttle.nextToEnter(); next != null; next = throttle.nextToEnter()) {
            grantCreationPermit(next, after);
        }
    }
}
