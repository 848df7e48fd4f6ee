package io.github.ppool.pool.engine;

import io.github.ppool.process.Pid;
import io.github.ppool.time.MonotonicClock;
import org.jspecify.annotations.Nullable;

/**
 * Begins and ends leases. All methods run under the engine's lock.
 */
final class Leases<W> {

    private final LeakDetector<W> leaks;
    private final MonotonicClock clock;
    private final IdleWorkers<W> workers;
    private final PoolCore<W> core;
    private final boolean fastPath;
    /** Whether the listener wants to know for how long borrowers have their workers. */
    private final boolean timesLeases;

    Leases(PoolCore<W> core, LeakDetector<W> leaks) {
        this.leaks = leaks;
        this.clock = core.context.clock();
        this.workers = core.workers;
        this.core = core;
        this.fastPath = core.fastPath;
        this.timesLeases = core.context.listeners().notifiesLeases();
    }

    /** Under the lock: hands the slot, which is in no set, to a borrower. */
    PoolLease<W> lend(Slot<W> slot, Borrower owner, @Nullable CheckoutSite where) {
        assert workers.isHeldByCurrentThread();
        workers.move(slot, SlotState.BORROWED);
        return lease(slot, owner, where);
    }

    PoolLease<W> lease(Slot<W> slot, Borrower owner, @Nullable CheckoutSite where) {
        assert workers.isHeldByCurrentThread();
        W worker = slot.worker;
        Pid process = slot.pid;
        if (worker == null || process == null) {
            throw new AssertionError("no worker to be lent in " + slot);
        }
        long stamp = slot.nextStamp();
        workers.remember(slot, owner);
        workers.countCheckout(slot);
        if (!fastPath) {
            core.bookHandOut(slot, null);
        }
        PoolLease<W> lease = new PoolLease<>(slot, stamp, worker, process,
                timesLeases ? clock.nanoTime() | 1 : slot.takenNow());
        if (where != null) {
            leaks.leaseBegan(lease, where);
        }
        return lease;
    }

    void endLease(Slot<W> slot) {
        assert workers.isHeldByCurrentThread();
        slot.endLease();
        leaks.leaseEnded(slot);
    }
}
