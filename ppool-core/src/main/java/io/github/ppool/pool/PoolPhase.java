package io.github.ppool.pool;

/** The phases of a pool's life. */
public enum PoolPhase {
    /** The supervisor of the pool runs; callers are served. */
    RUNNING,
    /** The supervisor of the pool has ended and is about to be restarted; callers wait. */
    RECOVERING,
    /** An operator has suspended the pool; callers wait or are refused. */
    SUSPENDED,
    /** The pool is being stopped: it accepts no new work, and finishes the accepted work. */
    DRAINING,
    /** The pool was stopped. */
    STOPPED,
    /**
     * The tree above gave up on the pool, or gave up altogether. The pool stays down until
     * {@link PoolAdmin#restartPool}, and callers are refused with the reason.
     */
    GAVE_UP
}
