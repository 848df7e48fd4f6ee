package io.github.ppool.pool;

/** The first part of what {@code poolboy:status/1} answers. */
public enum PoolState {
    /** There are idle workers. */
    READY,
    /** There is no idle worker, but room to make one more beyond the size. */
    OVERFLOW,
    /** There is neither. */
    FULL;

    /**
     * poolboy's rule, which looks at three numbers only.
     *
     * @param idle how many workers are idle
     * @param overflow how many workers there are beyond the size
     * @param maxOverflow how many there may be
     * @return the state
     */
    static PoolState of(int idle, int overflow, int maxOverflow) {
        if (overflow < 1) {
            return idle > 0 ? READY : maxOverflow < 1 ? FULL : OVERFLOW;
        }
        return overflow >= maxOverflow ? FULL : OVERFLOW;
    }
}
