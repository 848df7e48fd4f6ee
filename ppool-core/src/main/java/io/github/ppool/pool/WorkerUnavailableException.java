package io.github.ppool.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The pool can't make workers at present. The cause is the failure of the last attempt; the pool goes on trying. */
public sealed class WorkerUnavailableException extends PoolException permits PoolNotReadyException {

    private static final long serialVersionUID = 1L;

    /**
     * An exception for a pool, or for a test that stands for one.
     *
     * @param what the request and the limit that was met: the beginning of the message
     * @param status the pool at that moment, which the message explains
     * @param cause the last failure of a worker where that matters, or null
     */
    public WorkerUnavailableException(String what, PoolStatus status, @Nullable Throwable cause) {
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
    public WorkerUnavailableException(
            String what, PoolStatus status, @Nullable Throwable cause, @Nullable Duration retryAfter) {
        super(what, status, cause, retryAfter);
    }
}
