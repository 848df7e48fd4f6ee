package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/**
 * A pool refused a request. The message contains the request, the limit that was met, and the status of the pool at
 * that moment. The cause is the last failure of a worker if that matters. The pool itself is unharmed.
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

    /** {@return the name of the pool} */
    public String pool() {
        return status.name();
    }

    /** {@return the status of the pool at the moment of the refusal} */
    public PoolStatus status() {
        return status;
    }
}
