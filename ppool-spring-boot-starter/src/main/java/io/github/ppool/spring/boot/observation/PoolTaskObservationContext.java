package io.github.ppool.spring.boot.observation;

import io.micrometer.observation.Observation;

/** What is known of one attempt of a handed-over task; its error, if it failed, is that of the observation. */
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
     * @return its name
     */
    public String pool() {
        return pool;
    }

    /**
     * Which attempt this is.
     *
     * @return 1 for the first
     */
    public int attempt() {
        return attempt;
    }

    /** The attempt has come to its end, well or not. */
    void end() {
        ended = true;
    }

    boolean isEnded() {
        return ended;
    }
}
