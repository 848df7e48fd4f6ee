package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/**
 * A pool with {@link PoolSpec#failFast} could not make its first workers. It was stopped again, and there is no pool of
 * its name. The cause is why the last worker could not be made, null if the workers only took too long.
 */
public final class PoolNotReadyException extends WorkerUnavailableException {

    private static final long serialVersionUID = 1L;

    PoolNotReadyException(String what, PoolStatus status, @Nullable Throwable cause) {
        super(what, status, cause);
    }
}
