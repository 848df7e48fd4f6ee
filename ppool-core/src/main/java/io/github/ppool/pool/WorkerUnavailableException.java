package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/** Workers can't be made at present. The cause is why the last one could not; the pool goes on trying. */
public sealed class WorkerUnavailableException extends PoolException permits PoolNotReadyException {

    private static final long serialVersionUID = 1L;

    WorkerUnavailableException(String what, PoolStatus status, @Nullable Throwable cause) {
        super(what, status, cause);
    }
}
