package io.github.ppool.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * No worker came in time. The caller has left the queue and holds no worker of this call. Stands for the exit
 * {@code timeout} of {@code poolboy:checkout}.
 */
public final class CheckoutTimeoutException extends PoolException {

    private static final long serialVersionUID = 1L;

    /**
     * An exception for a pool, or for a test that stands for one.
     *
     * @param what the request and the limit that was met: the beginning of the message
     * @param status the pool at that moment, which the message explains
     * @param cause the last failure of a worker where that matters, or null
     */
    public CheckoutTimeoutException(String what, PoolStatus status, @Nullable Throwable cause) {
        this(what, status, cause, null);
    }

    /**
     * An exception for a group of pools whose members have rates, or for a test that stands for one.
     *
     * @param what the request and the limit that was met: the beginning of the message
     * @param status the group at that moment, which the message explains
     * @param cause the last failure of a worker where that matters, or null
     * @param retryAfter the time after which a rate permits another attempt; null if no rate is used up
     */
    public CheckoutTimeoutException(
            String what, PoolStatus status, @Nullable Throwable cause, @Nullable Duration retryAfter) {
        super(what, status, cause, retryAfter);
    }
}
