package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/**
 * No worker came in time. The caller has left the queue and holds no worker of this call. Stands for the exit
 * {@code timeout} of {@code poolboy:checkout}.
 */
public final class CheckoutTimeoutException extends PoolException {

    private static final long serialVersionUID = 1L;

    CheckoutTimeoutException(String what, PoolStatus status, @Nullable Throwable cause) {
        super(what, status, cause);
    }
}
