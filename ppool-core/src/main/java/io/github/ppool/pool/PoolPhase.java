package io.github.ppool.pool;

/** Where a pool is in its life. */
public enum PoolPhase {
    /** Its supervisor runs; callers are served. */
    RUNNING,
    /** Its supervisor ended and is about to be restarted; callers wait. */
    RECOVERING,
    /** An operator has suspended it; callers wait or are refused. */
    SUSPENDED,
    /** It is being stopped: nothing new is accepted, what was accepted is finished. */
    DRAINING,
    /** It was stopped. */
    STOPPED,
    /**
     * The tree above gave up on it, or gave up altogether. It stays down until it is restarted, and callers are refused
     * with the reason.
     */
    GAVE_UP
}
