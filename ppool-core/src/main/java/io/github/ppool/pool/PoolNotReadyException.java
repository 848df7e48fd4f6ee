package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/**
 * A pool with {@link PoolSpec#failFast} could not make its first workers. The pool was stopped again, and its name is
 * free. The cause is the failure of the last attempt to make a worker, null if the workers only took too long.
 */
public final class PoolNotReadyException extends WorkerUnavailableException {

    private static final long serialVersionUID = 1L;

    /**
     * An exception for a pool, or for a test that stands for one.
     *
     * @param what the request and the limit that was met: the beginning of the message
     * @param status the pool at that moment, which the message explains
     * @param cause the last failure of a worker where that matters, or null
     */
    public PoolNotReadyException(String what, PoolStatus status, @Nullable Throwable cause) {
        super(what, status, cause);
    }
}
