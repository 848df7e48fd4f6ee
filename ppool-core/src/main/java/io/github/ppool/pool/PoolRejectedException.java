package io.github.ppool.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The pool has no room for one more waiting caller or task, or accepts none at the moment. Also the end of an accepted
 * task after its deadline, and of a {@code checkoutAsync} after the death of the process that called it. An HTTP server
 * answers it with 429 if {@linkplain #isQueueFull() the queue is full}, else with 503. A later attempt may succeed.
 */
public final class PoolRejectedException extends PoolException {

    private static final long serialVersionUID = 1L;

    private final boolean queueFull;
    private final @Nullable ShedReason shedReason;

    /**
     * An exception for a pool, or for a test that stands for one.
     *
     * @param what the request and the limit that was met: the beginning of the message
     * @param status the pool at that moment, which the message explains
     * @param cause the last failure of a worker where that matters, or null
     */
    public PoolRejectedException(String what, PoolStatus status, @Nullable Throwable cause) {
        this(what, status, cause, null, null);
    }

    /**
     * An exception for a group of pools whose members have rates, or for a test that stands for one.
     *
     * @param what the request and the limit that was met: the beginning of the message
     * @param status the group at that moment, which the message explains
     * @param cause the last failure of a worker where that matters, or null
     * @param retryAfter the time after which a rate permits another attempt; null if no rate is used up
     */
    public PoolRejectedException(
            String what, PoolStatus status, @Nullable Throwable cause, @Nullable Duration retryAfter) {
        this(what, status, cause, null, retryAfter);
    }

    private PoolRejectedException(
            String what,
            PoolStatus status,
            @Nullable Throwable cause,
            @Nullable ShedReason shedReason,
            @Nullable Duration retryAfter) {
        super(what, status, cause, retryAfter);
        this.queueFull = shedReason != null && shedReason != ShedReason.MAX_WAIT;
        this.shedReason = shedReason;
    }

    /**
     * An exception because {@link PoolSpec#queueCapacity} is reached, for a pool, or for a test that stands for one.
     *
     * @param what the request and the limit that was met: the beginning of the message
     * @param status the pool at that moment, which the message explains
     * @param cause the last failure of a worker where that matters, or null
     * @return the exception
     */
    public static PoolRejectedException queueFull(String what, PoolStatus status, @Nullable Throwable cause) {
        return new PoolRejectedException(what, status, cause, ShedReason.NEWEST, null);
    }

    /**
     * As {@link #queueFull(String, PoolStatus, Throwable)}, for a task whose key has used up its
     * {@linkplain PoolSpec.Builder#keyRate rate}, or for a group of pools whose members have used up theirs.
     *
     * @param what the request and the limit that was met: the beginning of the message
     * @param status the pool at that moment, which the message explains
     * @param cause the last failure of a worker where that matters, or null
     * @param retryAfter the time until that rate permits the next one; null if no rate is used up
     * @return the exception
     */
    public static PoolRejectedException queueFull(
            String what, PoolStatus status, @Nullable Throwable cause, @Nullable Duration retryAfter) {
        return new PoolRejectedException(what, status, cause, ShedReason.NEWEST, retryAfter);
    }

    /**
     * An exception because the pool sheds load, for a pool, or for a test that stands for one.
     *
     * @param reason the reason why this caller or task was chosen
     * @param what the request and the rule: the beginning of the message
     * @param status the pool at that moment, which the message explains
     * @return the exception
     */
    public static PoolRejectedException shed(ShedReason reason, String what, PoolStatus status) {
        return new PoolRejectedException(what, status, null, reason, null);
    }

    /**
     * Tells a full queue from the other reasons.
     *
     * @return true if {@link PoolSpec#queueCapacity} was reached, and this caller was shed for it
     */
    public boolean isQueueFull() {
        return queueFull;
    }

    /**
     * Tells why the pool has shed this caller or task.
     *
     * @return the reason; null if it was not refused for load
     */
    public @Nullable ShedReason shedReason() {
        return shedReason;
    }
}
