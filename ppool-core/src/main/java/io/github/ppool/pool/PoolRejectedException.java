package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/**
 * The pool has no room for one more waiting caller or task, or accepts none at the moment. To be answered with 429 if
 * {@linkplain #isQueueFull() the queue is full}, else with 503; trying again later may help.
 */
public final class PoolRejectedException extends PoolException {

    private static final long serialVersionUID = 1L;

    private final boolean queueFull;

    PoolRejectedException(String what, PoolStatus status, @Nullable Throwable cause) {
        this(what, status, cause, false);
    }

    private PoolRejectedException(String what, PoolStatus status, @Nullable Throwable cause, boolean queueFull) {
        super(what, status, cause);
        this.queueFull = queueFull;
    }

    static PoolRejectedException queueFull(String what, PoolStatus status, @Nullable Throwable cause) {
        return new PoolRejectedException(what, status, cause, true);
    }

    /**
     * Whether there were as many in the queue as may be, and not a pool that accepts none.
     *
     * @return true if {@link PoolSpec#queueCapacity} was reached
     */
    public boolean isQueueFull() {
        return queueFull;
    }
}
