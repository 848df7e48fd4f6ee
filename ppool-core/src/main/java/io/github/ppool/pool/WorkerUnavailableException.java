package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/** The pool can't make workers at present. The cause is the failure of the last attempt; the pool goes on trying. */
public sealed class WorkerUnavailableException extends PoolException permits PoolNotReadyException {

    private static final long serialVersionUID = 1L;

    WorkerUnavailableException(String what, PoolStatus status, @Nullable Throwable cause) {
        super(what, status, cause);
    }
}
