package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/** The pool can't make workers at present. The cause is the failure of the last attempt; the pool goes on trying. */
public sealed class WorkerUnavailableException extends PoolException permits PoolNotReadyException {

    private static final long serialVersionUID = 1L;

    /**
     * An exception for a pool, or for a test that stands for one.
     *
     * @param what the request and the limit that was met: the beginning of the message
     * @param status the pool at that moment, which the message explains
     * @param cause the last failure of a worker where that matters, or null
     */
    public WorkerUnavailableException(String what, PoolStatus status, @Nullable Throwable cause) {
        super(what, status, cause);
    }
}
