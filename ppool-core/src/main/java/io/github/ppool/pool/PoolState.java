package io.github.ppool.pool;

/** The state name of a pool: the first part of the answer of {@code poolboy:status/1}. */
public enum PoolState {
    /** At least one worker is idle. */
    READY,
    /** No worker is idle, but the pool has room for one more beyond the size. */
    OVERFLOW,
    /** No worker is idle, and the pool has no room for one more. */
    FULL;

    /**
     * Applies poolboy's rule, which looks at three numbers only.
     *
     * @param idle the number of idle workers
     * @param overflow the number of workers beyond the size
     * @param maxOverflow the largest number of workers beyond the size
     * @return the state
     */
    public static PoolState of(int idle, int overflow, int maxOverflow) {
        if (overflow < 1) {
            return idle > 0 ? READY : maxOverflow < 1 ? FULL : OVERFLOW;
        }
        return overflow >= maxOverflow ? FULL : OVERFLOW;
    }
}
