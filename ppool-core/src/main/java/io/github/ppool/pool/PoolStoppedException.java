package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/**
 * The pool was stopped, or the supervision tree above it gave up; the cause, if there is one, is the reason. Trying
 * again does not help until somebody starts the pool.
 */
public final class PoolStoppedException extends PoolException {

    private static final long serialVersionUID = 1L;

    PoolStoppedException(String what, PoolStatus status, @Nullable Throwable cause) {
        super(what, status, cause);
    }
}
