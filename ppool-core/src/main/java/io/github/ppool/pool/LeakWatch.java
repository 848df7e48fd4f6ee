package io.github.ppool.pool;

import java.lang.ref.Cleaner;

/** Finds leases that are dropped without being closed. Only used where leak detection is on. */
final class LeakWatch {

    private static final Cleaner CLEANER = Cleaner.create();

    private LeakWatch() {}

    /**
     * Where the caller asks for a worker: to be called on its own thread, which need not be the one that will hand the worker out.
     */
    static Throwable where() {
        return new Throwable("a worker was asked for by " + Thread.currentThread());
    }

    /** Watches a lease. The action must not hold it; one that was closed is recognised by its stamp. */
    static <W> void watch(PoolEngine<W> engine, PoolLease<W> lease, Slot<W> slot, long stamp, Throwable where) {
        CLEANER.register(lease, () -> engine.leaked(slot, stamp, where));
    }
}
