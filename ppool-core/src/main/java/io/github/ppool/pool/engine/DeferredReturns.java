package io.github.ppool.pool.engine;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Leases that were closed where the stack was too short for the engine's lock and all that may follow from it. A
 * checkout makes sure of enough stack for putting its lease here, and not of more: each page of stack that it asked for
 * would cost it a write (ADR 18). The engine gives the worker back with its next decision. If callers wait, that is a
 * tenth of a second later at the latest.
 *
 * <p>Any thread adds, without the lock and with little stack. The holder of the engine's lock takes.
 */
final class DeferredReturns<W> {

    private final AtomicReference<@Nullable Late<W>> last = new AtomicReference<>();

    private record Late<W>(PoolLease<W> lease, boolean counted, @Nullable Late<W> before) {}

    /**
     * Adds a lease. A lease that is added twice does no harm: the second time it is over.
     *
     * @param counted whether the time of the lease is counted already
     */
    void add(PoolLease<W> lease, boolean counted) {
        while (true) {
            Late<W> before = last.get();
            if (last.compareAndSet(before, new Late<>(lease, counted, before))) {
                return;
            }
        }
    }

    boolean isEmpty() {
        return last.get() == null;
    }

    /** Under the engine's lock: takes all of them out. */
    void takeAll(Action<W> action) {
        Late<W> next = last.getAndSet(null);
        while (next != null) {
            action.accept(next.lease, next.counted);
            next = next.before;
        }
    }

    /** Ends a lease; its time may be counted already. */
    interface Action<W> {
        void accept(PoolLease<W> lease, boolean counted);
    }
}
