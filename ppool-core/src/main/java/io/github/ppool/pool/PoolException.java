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
    /** The time that another rate than that of the pool tells; null if none does. */
    private final @Nullable Duration retryAfter;

    PoolException(String what, PoolStatus status, @Nullable Throwable cause, @Nullable Duration retryAfter) {
        super(what + "; " + status.explain(), cause);
        this.status = status;
        this.retryAfter = retryAfter;
    }

    /** {@return the name of the pool} */
    public String pool() {
        return status.name();
    }

    /**
     * Returns the time after which another attempt may succeed, if a rate is the reason why it may not before: the
     * {@linkplain PoolSpec.Builder#rate rate} of the pool, its share in a {@linkplain SharedRate shared one} as it is
     * now, or the {@linkplain PoolSpec.Builder#keyRate rate} of the task's key. If several are, it is the longest time.
     * A group tells the shortest time of its members. An HTTP server answers with it as {@code Retry-After}.
     *
     * @return the time, more than zero, from the moment of the refusal on; empty if no rate was used up, or there is
     *     none
     */
    public Optional<Duration> retryAfter() {
        Duration ofPool = status.retryAfter();
        Duration longer = retryAfter == null || retryAfter.compareTo(ofPool) < 0 ? ofPool : retryAfter;
        return longer.isPositive() ? Optional.of(longer) : Optional.empty();
    }

    /** {@return the status of the pool at the moment of the refusal} */
    public PoolStatus status() {
        return status;
    }
}
