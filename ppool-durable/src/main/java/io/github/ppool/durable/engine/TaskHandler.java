package io.github.ppool.durable.engine;

import io.github.ppool.durable.DurableTask;
import io.github.ppool.durable.store.ClaimedTask;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs the tasks of one name on this node. Made of a {@code PoolTask} method. */
public interface TaskHandler {

    /** {@return the name of the pool} */
    String pool();

    /** {@return the name of the tasks} */
    String name();

    /** {@return the version of the method} */
    int version();

    /** {@return the versions of payloads that can be brought up to the method's, that one included} */
    Set<Integer> versions();

    /** {@return true if an attempt is a transaction whose first statement ends the task} */
    boolean transactional();

    /** {@return the longest time of an attempt; null for the pool's} */
    @Nullable
    Duration timeout();

    /** {@return the times at which a task without a payload is enqueued; null for none} */
    default @Nullable FireTimes fireTimes() {
        return null;
    }

    /** The times of a schedule. */
    @FunctionalInterface
    interface FireTimes {
        /**
         * Finds the next fire time.
         *
         * @param time a time
         * @return the first fire time after it; null if there is none
         */
        @Nullable
        Instant after(Instant time);
    }

    /**
     * Reads the payload and runs the method. Called on the process of the worker, within the transaction if there is
     * one.
     *
     * @param worker the worker
     * @param row the row of the task
     * @param task the method's view of it
     * @throws UnreadablePayloadException if the payload can't be read or upgraded; the method was not called
     * @throws Throwable the exception of the method itself
     */
    void run(Object worker, ClaimedTask row, DurableTask task) throws Throwable;
}
