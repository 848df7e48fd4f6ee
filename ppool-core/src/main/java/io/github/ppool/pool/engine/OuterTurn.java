package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.concurrent.LeaseWord;
import io.github.ppool.process.Pid;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The turn of a task at a key that is not its pool's own: that of a group. The pool's engine calls it where it would
 * ask its own {@link Keys}, under its lock. No method blocks or takes another lock than that of the group's queue.
 */
interface OuterTurn {

    /** The task has its outcome: the key goes to the next task. */
    void ended(DeferredActions after);

    /** The task waits for its next attempt, and others of its key go on meanwhile. */
    void stepAside(DeferredActions after);

    /** Whether the next attempt may begin at once, after an attempt that ended now. */
    boolean mayGoOn();

    /**
     * The next attempt of the task is due.
     *
     * @param whenFree called without a lock, as soon as the task has its key, unless it has it now
     * @return whether the task has its key
     */
    boolean returns(Runnable whenFree, DeferredActions after);

    /**
     * A worker has served the key.
     *
     * @param worker null if it has crashed
     */
    void servedBy(@Nullable LeaseWord worker);

    /** The process that ran the task has ended, and its thread may still run it: the key waits, if only for a time. */
    void holdForThread(Pid process, Duration grace, DeferredActions after);
}
