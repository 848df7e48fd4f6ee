package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/**
 * A pool did not do what it was asked. The message says what was asked, which limit was met, and how the pool was at
 * that moment; the cause is the last failure of a worker where that matters. The pool itself is unharmed.
 */
public abstract sealed class PoolException extends RuntimeException
        permits CheckoutTimeoutException,
        PoolInterruptedException,
        PoolRejectedException,
        PoolStoppedException,
        WorkerUnavailableException {

    private static final long serialVersionUID = 1L;

    private final transient PoolStatus status;

    PoolException(String what, PoolStatus status, @Nullable Throwable cause) {
        super(what + "; " + status.explain(), cause);
        this.status = status;
    }

    /**
     * The name of the pool.
     *
     * @return the name
     */
    public String pool() {
        return status.name();
    }

    /**
     * How the pool was when it refused.
     *
     * @return a snapshot
     */
    public PoolStatus status() {
        return status;
    }
}
