package io.github.ppool.pool;

/**
 * The order in which a {@link PoolGroup} asks its members for a worker. The order decides only where more than one
 * member could serve the caller. Waiting callers are served by the first member that has a worker, under every
 * strategy. Stands for the strategies of {@code worker_pool}.
 */
public enum GroupStrategy {

    /** The order in which the members are named: the first one serves, and the others stand in for it. */
    FIRST,
    /** Each caller begins with the member after the one with which the last caller began. */
    ROUND_ROBIN,
    /**
     * The member with the smallest share of busy workers: borrowed and working ones and direct waiters, in relation to
     * size + max-overflow. Members with an equal share are asked in the order in which they are named.
     */
    LEAST_BUSY,
    /** A new random order for each caller. */
    RANDOM
}
