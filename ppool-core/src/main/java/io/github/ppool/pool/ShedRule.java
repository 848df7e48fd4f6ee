package io.github.ppool.pool;

/**
 * The rule that says which waiter is refused when the queue is full and one more comes. A waiter never goes for a
 * newcomer of a lower priority: the waiters of the lowest priority go first.
 *
 * <p>Stands for the {@code drop} and {@code drop_r} of a queue of sbroker.
 */
public enum ShedRule {

    /** The newcomer is refused, as in LYSE's ppool. */
    NEWEST,

    /** The waiter that has waited longest is refused, and the newcomer takes its place. */
    OLDEST,

    /**
     * The waiter with the nearest deadline is refused, the newcomer included. The deadline is the time-out of a
     * checkout or {@link TaskOptions#deadline}. A waiter without a deadline stays. Among equal deadlines the one that
     * came last is refused.
     */
    DEADLINE
}
