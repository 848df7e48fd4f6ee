package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.CompletionTrampoline;
import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.pool.PoolException;
import java.util.function.Supplier;

/** A stage in the queue of a group. */
final class GroupStageEntry<W> extends GroupEntry<W> {

    final AsyncWaiter<W> waiter;

    GroupStageEntry(AsyncWaiter<W> waiter) {
        super(0);
        this.waiter = waiter;
    }

    @Override
    boolean isPatient() {
        return false;
    }

    @Override
    Waiter<W> serve(PoolEngine<W> by, DeferredActions after) {
        waiter.waitsSince(sinceNanos);
        waiter.setHasWaited(true);
        return waiter;
    }

    @Override
    void refuse(Supplier<PoolException> why, DeferredActions after) {
        after.complete(() -> CompletionTrampoline.run(() -> waiter.future.completeExceptionally(why.get())));
    }
}
