package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.pool.PoolException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A caller or a task in the queue of a group: an element of {@link GroupLine}, whose lock guards the fields. */
abstract class GroupEntry<W> {

    final int priority;
    /** When the entry joined the queue, by the clock of the pools. */
    long sinceNanos;
    boolean queued;
    /** The engine of the member that serves the entry; written when the entry leaves the queue for that member. */
    @Nullable
    PoolEngine<W> takenBy;

    GroupEntry(int priority) {
        this.priority = priority;
    }

    /** Under the lock of the queue: a member serves the entry. */
    final void takenBy(PoolEngine<W> by) {
        takenBy = by;
    }

    /** The turn at the key of a task; null without a key. */
    @Nullable
    GroupTurn<W> turn() {
        return null;
    }

    /** Whether the entry waits on while members can't make workers. */
    abstract boolean isPatient();

    /**
     * The entry has left the queue for a member. Under the lock of the queue and that of the member's engine.
     *
     * @return the waiter that the engine grants its worker
     */
    abstract Waiter<W> serve(PoolEngine<W> by, DeferredActions after);

    /** The entry has left the queue, and gets no worker. Under the lock of the queue. */
    abstract void refuse(Supplier<PoolException> why, DeferredActions after);
}
