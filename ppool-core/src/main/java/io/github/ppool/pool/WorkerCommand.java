package io.github.ppool.pool;

import io.github.ppool.process.ExitReason;

/** What the engine gives to a worker's process. It gives a job only to a process that has none. */
sealed interface WorkerCommand permits PoolTask, WorkerCommand.Order, WorkerCommand.End {

    /** The jobs without a content. */
    enum Order implements WorkerCommand {
        /** Check the worker before it is handed out. */
        VALIDATE,
        /** Keep the idle worker usable. */
        KEEP_ALIVE,
        /** Wait until the worker, a server, has answered what it was asked. */
        CATCH_UP,
        /** Close the worker; it is no longer wanted. */
        DISMISS,
        /** Make the worker; the permit for it is given. */
        MAKE,
        /** Try again to make the worker, before the pause is over. */
        RETRY
    }

    /**
     * End, because the worker is a process that has ended.
     *
     * @param reason what it has ended with
     */
    record End(ExitReason reason) implements WorkerCommand {}
}
