package io.github.ppool.pool;

/**
 * The order in which a pool serves those that wait: borrowers and tasks. A higher priority goes first in each order;
 * the order is that among equal priorities. A waiter that was handed a worker which died before its use goes first of
 * all.
 *
 * <p>Stands for the {@code out} and {@code out_r} of a queue of sbroker.
 */
public enum QueueOrder {

    /** The longest wait first: the order of poolboy. No waiter starves, and under overload all wait long. */
    FIFO,

    /**
     * The shortest wait first. Under overload the newest callers are served in time, and the oldest wait until their
     * time is over.
     */
    LIFO,

    /**
     * {@link #FIFO} in quiet times and {@link #LIFO} while the pool is overloaded. The pool is overloaded when the
     * oldest waiter has waited longer than {@link PoolSpec.Builder#maxWaitTarget} (zero if not set) for
     * {@link PoolSpec.Builder#maxWaitInterval} without a break, and until the queue is empty.
     */
    ADAPTIVE
}
