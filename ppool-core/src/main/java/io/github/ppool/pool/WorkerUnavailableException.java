package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/** Workers can't be made at present. The cause is why the last one could not; the pool goes on trying. */
public final class WorkerUnavailableException extends PoolException {

    private static final long serialVersionUID = 1L;

    WorkerUnavailableException(String what, PoolStatus status, @Nullable Throwable cause) {
        super(what, status, cause);
    }
}
