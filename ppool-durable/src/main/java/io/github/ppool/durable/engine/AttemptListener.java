package io.github.ppool.durable.engine;

import io.github.ppool.durable.store.ClaimedTask;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Learns of attempts. No method may block. An exception is logged and has no other effect.
 */
public interface AttemptListener {

    /** The end of an attempt. */
    enum End {
        /** The attempt has succeeded, and the task has ended. */
        SUCCEEDED,
        /** The attempt has failed, and the task is to be tried again. */
        AGAIN,
        /** The attempt has failed, and the task is laid down. */
        LAID_DOWN,
        /** The attempt has failed, and the task is removed. */
        DELETED,
        /** The task was cancelled, and is removed. */
        CANCELLED,
        /** The node had lost the task: its end is not this attempt's. */
        VOID
    }

    /**
     * An attempt begins. Called on the process of the worker.
     *
     * @param row the row of the task
     * @param waited the time since the task became ready
     */
    default void begun(ClaimedTask row, Duration waited) {}

    /**
     * An attempt has ended, and the database knows it. Called on a thread of the engine, also for the attempts of dead
     * nodes, which this node has not begun.
     *
     * @param row the row of the task
     * @param end the end
     * @param reason the reason of a failure; null if there was none
     * @param ran the time of the attempt; zero for those of dead nodes
     */
    default void ended(ClaimedTask row, End end, @Nullable String reason, Duration ran) {}
}
