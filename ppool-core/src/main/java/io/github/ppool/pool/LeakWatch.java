package io.github.ppool.pool;

import java.lang.ref.Cleaner;

/** Finds leases that are dropped without being closed. Only used where leak detection is on. */
final class LeakWatch {

    private static final Cleaner CLEANER = Cleaner.create();

    private LeakWatch() {}

    /**
     * Watches a lease.
     *
     * @return where the calling thread took it
     */
    static <W> Throwable watch(PoolEngine<W> engine, PoolLease<W> lease, Slot<W> slot, long stamp) {
        Throwable where = new Throwable("the lease of " + slot.childId + " was taken by " + Thread.currentThread());
        // The action must not hold the lease; one that was closed is recognised by its stamp.
        CLEANER.register(lease, () -> engine.leaked(slot, stamp, where));
        return where;
    }
}
