package io.github.ppool.pool.engine;

import io.github.ppool.process.ExitReason;

/** A command of the engine to a worker's process. Only an idle process gets one. */
sealed interface WorkerCommand permits PoolTask, WorkerCommand.Order, WorkerCommand.End {

    /** The commands without parameters. */
    enum Order implements WorkerCommand {
        /** Check the worker before it is handed out. */
        VALIDATE,
        /** Keep the idle worker usable. */
        KEEP_ALIVE,
        /** Wait until the worker, a server, has answered its open calls. */
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
     * @param reason the reason with which that process has ended
     */
    record End(ExitReason reason) implements WorkerCommand {}
}
