package io.github.ppool.durable.engine;

import io.github.ppool.durable.store.ClaimedTask;
import org.jspecify.annotations.Nullable;

/** Goes around hand-overs and attempts, for traces. */
public interface AttemptHook {

    /** Has no effect. */
    AttemptHook NONE = new AttemptHook() {
    };

    /** {@return the trace context of the present thread as {@code traceparent} has it; null if there is none} */
    default @Nullable String trace() {
        return null;
    }

    /**
     * Runs an attempt. Called on the process of the worker, outside the transaction.
     *
     * @param row the row of the task
     * @param attempt the attempt, to be run exactly once
     * @throws Throwable the exception of the attempt
     */
    default void around(ClaimedTask row, Attempt attempt) throws Throwable {
        attempt.run();
    }

    /** An attempt. */
    @FunctionalInterface
    interface Attempt {
        /**
         * Runs.
         *
         * @throws Throwable any exception of the method
         */
        void run() throws Throwable;
    }
}
