package io.github.ppool.durable.observation;

import io.github.ppool.durable.store.ClaimedTask;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * The context of the observation of one attempt of a durable task. The error of the observation is the exception of the
 * attempt.
 */
public final class DurableAttemptObservationContext extends Observation.Context {

    private final ClaimedTask task;
    private boolean ended;

    /**
     * Makes a context.
     *
     * @param task the row of the task
     */
    public DurableAttemptObservationContext(ClaimedTask task) {
        this.task = task;
    }

    /** {@return the id of the task} */
    public long id() {
        return task.id();
    }

    /** {@return the name of the pool} */
    public String pool() {
        return task.pool();
    }

    /** {@return the name of the tasks} */
    public String name() {
        return task.name();
    }

    /** {@return the number of the attempt, 1 for the first} */
    public int attempt() {
        return task.attempt();
    }

    /**
     * The trace of the request that handed the task over.
     *
     * @return the context as the header {@code traceparent} has it; null if there was none
     */
    public @Nullable String trace() {
        return task.trace();
    }

    /** Marks the attempt as ended, with or without an error. */
    void end() {
        ended = true;
    }

    boolean isEnded() {
        return ended;
    }
}
