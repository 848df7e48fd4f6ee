package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.pool.PoolException;
import java.util.function.Supplier;

/** A thread in the queue of a group. */
final class GroupThreadEntry<W> extends GroupEntry<W> {

    final BlockingWaiter<W> waiter;

    GroupThreadEntry(BlockingWaiter<W> waiter) {
        super(0);
        this.waiter = waiter;
    }

    @Override
    boolean isPatient() {
        return false;
    }

    @Override
    Waiter<W> serve(PoolEngine<W> by, DeferredActions after) {
        return waiter;
    }

    @Override
    void refuse(Supplier<PoolException> why, DeferredActions after) {
        waiter.refuse(why);
        after.add(waiter);
    }
}
