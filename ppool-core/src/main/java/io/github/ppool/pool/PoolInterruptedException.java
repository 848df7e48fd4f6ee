package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/**
 * The thread was interrupted while it waited for the pool. Its interrupt flag is set again. The caller has left the
 * queue and holds no worker of this call.
 */
public final class PoolInterruptedException extends PoolException {

    private static final long serialVersionUID = 1L;

    PoolInterruptedException(String what, PoolStatus status, @Nullable Throwable cause) {
        super(what, status, cause);
    }
}
