package io.github.ppool.pool;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The pool has no room for one more waiting caller or task, or accepts none at the moment. Also the end of an accepted
 * task after its deadline, and of a {@code checkoutAsync} after the death of the process that called it. An HTTP server
 * answers it with 429 if {@linkplain #isQueueFull() the queue is full}, else with 503. A later attempt may succeed.
 */
public final class PoolRejectedException extends PoolException {

    private static final long serialVersionUID = 1L;

    private final boolean queueFull;
    /** The time that the rate of a key tells; null if it tells none. */
    private final @Nullable Duration keyPermitIn;
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

    private PoolRejectedException(
            String what,
            PoolStatus status,
            @Nullable Throwable cause,
            @Nullable ShedReason shedReason,
            @Nullable Duration keyPermitIn) {
        super(what, status, cause);
        this.queueFull = shedReason != null && shedReason != ShedReason.MAX_WAIT;
        this.shedReason = shedReason;
        this.keyPermitIn = keyPermitIn;
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
     * {@linkplain PoolSpec.Builder#keyRate rate}.
     *
     * @param what the request and the limit that was met: the beginning of the message
     * @param status the pool at that moment, which the message explains
     * @param cause the last failure of a worker where that matters, or null
     * @param keyPermitIn the time until the rate of the key permits its next task, more than zero
     * @return the exception
     */
    public static PoolRejectedException queueFull(
            String what, PoolStatus status, @Nullable Throwable cause, Duration keyPermitIn) {
        return new PoolRejectedException(what, status, cause, ShedReason.NEWEST, keyPermitIn);
    }

    /** {@inheritDoc} The rate of the key of a task counts, too: the longer time is told. */
    @Override
    public Optional<Duration> retryAfter() {
        Optional<Duration> ofPool = super.retryAfter();
        return keyPermitIn == null || ofPool.isPresent() && ofPool.get().compareTo(keyPermitIn) >= 0
                ? ofPool
                : Optional.of(keyPermitIn);
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
