package io.github.ppool.pool;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.concurrent.QueueNode;
import io.github.ppool.process.Pid;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One that stands in the {@link WaitQueue}: a borrower or a task. All fields are guarded by the engine's lock, but
 * until it can be found in the line it belongs to whoever is about to put it there.
 */
abstract class Waiter<W> extends QueueNode {

    /** Since when it waits; of a task that runs, since when. */
    long sinceNanos;
    boolean queued;
    /** Found no idle worker when it came. */
    boolean hasWaited;

    /** Higher ones go first. */
    int priority() {
        return 0;
    }

    /** The process that waits, if it is one and its death takes it out of the queue. */
    @Nullable
    Pid ownerPid() {
        return null;
    }

    /** Whether it may wait only for a worker that is made for it. */
    boolean isImpatient() {
        return false;
    }

    /** Whether it is refused as soon as workers can't be made, instead of waiting on. */
    boolean isRefusedWithoutWorkers() {
        return true;
    }

    /** Under the lock, taken off the queue: it gets this worker. */
    abstract void granted(PoolEngine<W> engine, Slot<W> slot, DeferredActions after);

    /** Under the lock, taken off the queue: it gets none. */
    abstract void refused(PoolEngine<W> engine, Supplier<PoolException> why, DeferredActions after);

    /**
     * Under the lock, taken off the queue because its process has ended; one that waits itself learns that by itself.
     */
    void ownerEnded(PoolEngine<W> engine, DeferredActions after) {}

    /** Under the lock, taken off the queue because its time is over: what it is told. */
    abstract Supplier<PoolException> whyExpired(PoolEngine<W> engine);
}
