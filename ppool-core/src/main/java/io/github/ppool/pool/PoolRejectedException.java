package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/** The pool has no room for one more waiting caller or task, or accepts none at the moment. To be answered with 429 or 503; trying again later may help. */
public final class PoolRejectedException extends PoolException {

    private static final long serialVersionUID = 1L;

    PoolRejectedException(String what, PoolStatus status, @Nullable Throwable cause) {
        super(what, status, cause);
    }
}
