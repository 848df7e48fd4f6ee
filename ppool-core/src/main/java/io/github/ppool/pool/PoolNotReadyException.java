package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/**
 * A pool with {@link PoolSpec#failFast} could not make its first workers. The pool was stopped again, and its name is
 * free. The cause is the failure of the last attempt to make a worker, null if the workers only took too long.
 */
public final class PoolNotReadyException extends WorkerUnavailableException {

    private static final long serialVersionUID = 1L;

    PoolNotReadyException(String what, PoolStatus status, @Nullable Throwable cause) {
        super(what, status, cause);
    }
}
