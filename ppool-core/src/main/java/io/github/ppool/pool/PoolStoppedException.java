package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/**
 * The pool was stopped, or the supervision tree above it gave up. The cause, if there is one, is the reason. A later
 * attempt fails too, until the pool is started again.
 */
public final class PoolStoppedException extends PoolException {

    private static final long serialVersionUID = 1L;

    PoolStoppedException(String what, PoolStatus status, @Nullable Throwable cause) {
        super(what, status, cause);
    }
}
