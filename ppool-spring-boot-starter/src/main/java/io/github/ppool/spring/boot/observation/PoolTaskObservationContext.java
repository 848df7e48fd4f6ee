package io.github.ppool.spring.boot.observation;

import io.micrometer.observation.Observation;

/**
 * The context of the observation of one attempt of a handed-over task. The error of the observation is the exception of
 * the attempt.
 */
public final class PoolTaskObservationContext extends Observation.Context {

    private final String pool;
    private final int attempt;
    private boolean ended;

    /**
     * Makes a context.
     *
     * @param pool the name of the pool
     * @param attempt 1 for the first attempt
     */
    public PoolTaskObservationContext(String pool, int attempt) {
        this.pool = pool;
        this.attempt = attempt;
    }

    /**
     * The pool that the task was handed over to.
     *
     * @return the name of the pool
     */
    public String pool() {
        return pool;
    }

    /**
     * The number of the attempt.
     *
     * @return 1 for the first attempt
     */
    public int attempt() {
        return attempt;
    }

    /** Marks the attempt as ended, with or without an error. */
    void end() {
        ended = true;
    }

    boolean isEnded() {
        return ended;
    }
}
