package io.github.ppool.pool;

/** The reason why a pool has shed a caller or a task: {@link PoolRejectedException#shedReason}. */
public enum ShedReason {

    /** The queue was full when the caller came. */
    NEWEST,

    /** The queue was full, and this waiter had waited longest: {@link ShedRule#OLDEST}. */
    OLDEST,

    /** The queue was full, and the deadline of this waiter was the nearest: {@link ShedRule#DEADLINE}. */
    DEADLINE,

    /** The pool was overloaded, and the waiter had waited for {@link PoolSpec.Builder#maxWaitTarget}. */
    MAX_WAIT
}
