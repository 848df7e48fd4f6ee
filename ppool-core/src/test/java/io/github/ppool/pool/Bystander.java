package io.github.ppool.pool;

import io.github.ppool.concurrent.DeferredActions;
import java.util.function.Supplier;

/** A waiter that only stands in a queue: no code acts on it. */
abstract class Bystander extends Waiter<Object> {

    @Override
    void granted(PoolEngine<Object> engine, Slot<Object> slot, DeferredActions after) {
        throw new AssertionError("nobody grants here");
    }

    @Override
    void refused(PoolEngine<Object> engine, Supplier<PoolException> why, DeferredActions after) {
        throw new AssertionError("nobody refuses here");
    }

    @Override
    Supplier<PoolException> whyExpired(PoolEngine<Object> engine) {
        throw new AssertionError("nobody expires here");
    }
}
