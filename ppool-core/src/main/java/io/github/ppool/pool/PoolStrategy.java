package io.github.ppool.pool;

/**
 * The order in which idle workers are lent. It does not concern waiting callers: these are served first in first out,
 * and none overtakes another. Check-ins and checkouts that overlap in time have no order among them.
 */
public enum PoolStrategy {
    /**
     * The worker that came back last. Keeps few workers warm. A thread that had that worker itself borrows it again
     * without the lock. The default of poolboy.
     */
    LIFO,
    /** The worker that has been idle longest. Spreads the work evenly. */
    FIFO,
    /**
     * The last worker of the calling thread if that one is idle, borrowed again without the lock; else as
     * {@link #LIFO}. For throughput, and for caches that are warm for a thread. A thread does not wait for its last
     * worker. It gets any worker when it asks for the first time, or after others have taken its last one.
     */
    AFFINE
}
