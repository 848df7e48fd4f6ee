package io.github.ppool.pool;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;

/**
 * The process of a worker ended before its task did, or before the worker was made. It was killed, it exited, or a
 * process crashed to which it is linked.
 */
public final class WorkerExitException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Pid pid;
    private final transient ExitReason reason;

    /**
     * The end of a worker's process before the end of its task.
     *
     * @param pid the process
     * @param reason the reason of its end
     */
    public WorkerExitException(Pid pid, ExitReason reason) {
        this(pid, reason, false);
    }

    /**
     * The end of a worker's process before the end of its task, or before the worker was made.
     *
     * @param pid the process
     * @param reason the reason of its end
     * @param making true if the process made the worker, false if it ran a task
     */
    public WorkerExitException(Pid pid, ExitReason reason, boolean making) {
        super("the process " + pid + (making ? " that made the worker ended: " : " that ran the task ended: ") + reason,
                reason.cause().orElse(null));
        this.pid = pid;
        this.reason = reason;
    }

    /** {@return the pid of the worker} */
    public Pid pid() {
        return pid;
    }

    /** {@return the exit reason of the process} */
    public ExitReason reason() {
        return reason;
    }
}
