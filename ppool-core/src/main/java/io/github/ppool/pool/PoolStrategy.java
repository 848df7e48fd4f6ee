package io.github.ppool.pool;

/** Which idle worker is handed out. It says nothing of the order among those who wait: that is first in first out. */
public enum PoolStrategy {
    /** The one that came back last: keeps few workers warm. poolboy's default. */
    LIFO,
    /** The one that has been idle longest: spreads the work evenly. */
    FIFO,
    /**
     * The one that the calling thread had last, if that one is idle, else as {@link #LIFO}. For caches that are warm for a thread.
     * A worker that the thread does not find at once is not waited for.
     */
    AFFINE
}
