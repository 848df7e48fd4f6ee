package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;

/** A group, as its tasks see it. */
interface GroupOwner<W> {

    /** The name of the group. */
    String name();

    GroupLine<W> line();

    GroupContext context();

    /** The number of one more task of the group. */
    long nextTaskId();

    /** The queue has changed. Without a lock. */
    void changed();

    /** A task was cancelled before a worker began with it. Without a lock. */
    void cancelled(GroupEntry<W> task);

    /** The number of workers that the group may have, if all members are as this one. */
    long mostWorkers(PoolEngine<W> member);

    /**
     * Under the lock of a member's engine: a key was passed on. If all members are being stopped, this one must not
     * finish before it has served the next task of the key.
     */
    void keyWasPassedOn(PoolEngine<W> by, DeferredActions after);
}
