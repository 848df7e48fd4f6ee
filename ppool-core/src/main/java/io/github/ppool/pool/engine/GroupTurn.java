package io.github.ppool.pool.engine;

import org.jspecify.annotations.Nullable;

/**
 * The turn of a task at its key, in a group. The task holds its key from its place in the queue of the group to its
 * outcome. Only data, which {@link GroupKeys} changes; guarded by the lock of the group's queue.
 */
final class GroupTurn<W> {

    /** The relation of a task to its key, as {@link PoolTask.KeyPlace.Where}. */
    enum Where {
        NOWHERE, HOLDS, WAITS, ASIDE
    }

    final TaskKey key;
    final GroupEntry<W> task;
    Where where = Where.NOWHERE;
    /** From the acceptance of the task to its outcome. */
    @Nullable
    GroupChain<W> chain;
    /** Its place in the order of the key. */
    long number;
    /** Of a task that a member has: tells the member that the task holds its key again. */
    private @Nullable Runnable again;

    GroupTurn(TaskKey key, GroupEntry<W> task) {
        this.key = key;
        this.task = task;
    }

    /** A member has the task, and is called when it holds its key. */
    void callWhenFree(Runnable whenFree) {
        again = whenFree;
    }

    /** The action of a task that a member has, when it gets its key; null if the task is to join the queue. */
    @Nullable
    Runnable takeAgain() {
        Runnable taken = again;
        again = null;
        return taken;
    }

    @Override
    public String toString() {
        return "GroupTurn[" + task + ", " + where + "]";
    }
}
