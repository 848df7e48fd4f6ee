package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.pool.PoolException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A place in the queue of a pool that a group of pools holds for its own waiters. A worker that comes to this place
 * goes to the head of the group's queue. Requests of one group have no order among each other, since each of them
 * serves the head.
 *
 * <p>A request does not count against the capacity of the pool's queue, because the group has a queue of its own. A
 * <em>passive</em> request takes a worker that becomes free, and no worker is made for it. All methods run under the
 * lock of the pool's engine.
 */
abstract class GroupRequest<W> extends Waiter<W> {

    private boolean passive = true;

    /** Whether no worker is made for this request. Guarded by the lock of the pool's engine. */
    final boolean isPassive() {
        return passive;
    }

    /** From now on a worker is made for this request. The queue counts: see {@link WaitQueue#demand}. */
    final void setActive() {
        passive = false;
    }

    /** Whether the group has a waiter at this moment. Another pool may serve that waiter at once. */
    abstract boolean isWanted();

    /**
     * The request has left the queue, and a worker is there: takes the head of the group's queue.
     *
     * @return the waiter, to be granted the worker; null if the group has none any more
     */
    abstract @Nullable Waiter<W> take(DeferredActions after);

    /** The request has left the queue, because the group has no waiter. */
    abstract void dropped();

    /** The request has left the queue, because the pool serves no callers. */
    abstract void refused(Supplier<PoolException> why, DeferredActions after);

    /** The name of the group. */
    abstract String group();

    @Override
    public String toString() {
        return "group '" + group() + "'";
    }
}
