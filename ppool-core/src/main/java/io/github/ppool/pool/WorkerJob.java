package io.github.ppool.pool;

/** What the engine sends to a worker's process. It sends a job only to a process that has none. */
sealed interface WorkerJob permits PoolTask, WorkerJob.Order {

    /** The jobs without a content. */
    enum Order implements WorkerJob {
        /** Check the worker before it is handed out. */
        VALIDATE,
        /** Keep the idle worker usable. */
        KEEP_ALIVE,
        /** Close the worker; it is no longer wanted. */
        DISMISS,
        /** Make the worker; the permit for it is given. */
        MAKE,
        /** Try again to make the worker, before the pause is over. */
        RETRY
    }
}
