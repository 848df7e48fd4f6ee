package io.github.ppool.pool.engine;

import io.github.ppool.pool.PoolSpec;
import org.jspecify.annotations.Nullable;

/**
 * The checkout of a pool with min-idle: after an idle worker is lent, another one is begun if too few are left. A class
 * of its own, which is loaded with the first such pool: until then the compiler calls {@link Checkout} directly.
 */
final class GrowingCheckout<W> extends Checkout<W> {

    private final PoolCore<W> core;

    private GrowingCheckout(PoolContext<W> context, PoolCore<W> core, LeakDetector<W> leaks, Leases<W> leases,
            Admission<W> admission, Waiters<W> waiters, WaitTimeouts<W> timeouts, AbandonedLeases<W> abandoned,
            Shedding<W> shedding) {
        super(context, core, leaks, leases, admission, waiters, timeouts, abandoned, shedding);
        this.core = core;
    }

    /** The checkout of a pool: this one, or that of all other pools. */
    static <W> Checkout<W> of(PoolSpec<W> spec, PoolContext<W> context, PoolCore<W> core, LeakDetector<W> leaks,
            Leases<W> leases, Admission<W> admission, Waiters<W> waiters, WaitTimeouts<W> timeouts,
            AbandonedLeases<W> abandoned, Shedding<W> shedding) {
        return spec.minIdle() == 0
                ? new Checkout<>(context, core, leaks, leases, admission, waiters, timeouts, abandoned, shedding)
                : new GrowingCheckout<>(
                        context, core, leaks, leases, admission, waiters, timeouts, abandoned, shedding);
    }

    @Override
    @Nullable
    PoolLease<W> lendIdle(Thread thread) {
        PoolLease<W> lease = super.lendIdle(thread);
        if (lease != null) {
            try {
                core.locked(core::startMore);
            } catch (StackOverflowError full) {
                return lease; // the caller has its worker, and the next checkout begins the missing ones
            }
        }
        return lease;
    }
}
