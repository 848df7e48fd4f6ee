package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/**
 * The thread was interrupted while it waited for the pool. Its interrupt flag is set again. The caller has left the
 * queue and holds no worker of this call.
 */
public final class PoolInterruptedException extends PoolException {

    private static final long serialVersionUID = 1L;

    /**
     * An exception for a pool, or for a test that stands for one.
     *
     * @param what the request and the limit that was met: the beginning of the message
     * @param status the pool at that moment, which the message explains
     * @param cause the last failure of a worker where that matters, or null
     */
    public PoolInterruptedException(String what, PoolStatus status, @Nullable Throwable cause) {
        super(what, status, cause, null);
    }
}
