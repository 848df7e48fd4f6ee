package io.github.ppool.pool;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;

/**
 * The process of a worker ended before its task did, or before the worker was made: it was killed, it exited, or what
 * it is linked to crashed.
 */
public final class WorkerExitException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Pid pid;
    private final transient ExitReason reason;

    WorkerExitException(Pid pid, ExitReason reason) {
        this(pid, reason, false);
    }

    WorkerExitException(Pid pid, ExitReason reason, boolean making) {
        super("the process " + pid + (making ? " that made the worker ended: " : " that ran the task ended: ") + reason,
                reason.cause().orElse(null));
        this.pid = pid;
        this.reason = reason;
    }

    /**
     * Who it was.
     *
     * @return the pid of the worker
     */
    public Pid pid() {
        return pid;
    }

    /**
     * Why the process ended.
     *
     * @return the reason
     */
    public ExitReason reason() {
        return reason;
    }
}
