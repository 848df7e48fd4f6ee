package io.github.ppool.pool;

import java.time.Duration;
import java.util.Optional;
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

    /**
     * Returns the time after which another attempt may succeed, if the {@linkplain PoolSpec.Builder#rate rate} of the
     * pool is the reason why it may not before. An HTTP server answers with it as {@code Retry-After}.
     *
     * @return the time, more than zero, from the moment of the refusal on; empty if the rate was not used up, or the
     *     pool has none
     */
    public Optional<Duration> retryAfter() {
        PoolStatus.RateUse use = status.rate();
        return use == null || use.retryAfter().isZero() ? Optional.empty() : Optional.of(use.retryAfter());
    }

    /** {@return the status of the pool at the moment of the refusal} */
    public PoolStatus status() {
        return status;
    }
}
