package io.github.ppool.pool;

/**
 * Which idle worker is handed out. It says nothing of the order among those who wait: that is first in first out, and
 * nobody overtakes them. Check-ins and checkouts that overlap in time have no order among them.
 */
public enum PoolStrategy {
    /**
     * The one that came back last: keeps few workers warm. poolboy's default. A thread that had that one itself takes
     * it without a lock.
     */
    LIFO,
    /** The one that has been idle longest: spreads the work evenly. */
    FIFO,
    /**
     * The one that the calling thread had last, if that one is idle, else as {@link #LIFO}; taken without a lock. For
     * throughput, and for caches that are warm for a thread. A worker that the thread does not find at once is not
     * waited for, and threads that ask for the first time, or after others have taken what was theirs, get any.
     */
    AFFINE
}
