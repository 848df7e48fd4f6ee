package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/**
 * The pool was stopped, or the supervision tree above it gave up. The cause, if there is one, is the reason. A later
 * attempt fails too, until the pool is started again.
 */
public final class PoolStoppedException extends PoolException {

    private static final long serialVersionUID = 1L;

    /**
     * An exception for a pool, or for a test that stands for one.
     *
     * @param what the request and the limit that was met: the beginning of the message
     * @param status the pool at that moment, which the message explains
     * @param cause the last failure of a worker where that matters, or null
     */
    public PoolStoppedException(String what, PoolStatus status, @Nullable Throwable cause) {
        super(what, status, cause, null);
    }
}
