package io.github.ppool.pool;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a task is to be run.
 *
 * @param priority tasks with a higher one are served first, before borrowers too, whose priority is 0; first in first
 *     out among equals
 * @param deadline the longest time that it may wait for a worker, from its acceptance on; then it is rejected. Null
 *     means no limit, zero and negative mean that it must begin at once
 * @param timeout the longest time that one attempt may run; then the process that runs it is killed. Null means that of
 *         the pool
 */
public record TaskOptions(int priority, @Nullable Duration deadline, @Nullable Duration timeout) {

    /** Priority 0, no deadline, the pool's time-out. */
    public static final TaskOptions DEFAULT = new TaskOptions(0, null, null);

    /**
     * Checks the time-out.
     *
     * @throws IllegalArgumentException if it is zero or negative
     */
    public TaskOptions {
        if (timeout != null && (timeout.isNegative() || timeout.isZero())) {
            throw new IllegalArgumentException("timeout must be positive, got: " + timeout);
        }
    }

    /**
     * These options with another priority.
     *
     * @param newPriority higher is served first
     * @return new options
     */
    public TaskOptions withPriority(int newPriority) {
        return new TaskOptions(newPriority, deadline, timeout);
    }

    /**
     * These options with a deadline.
     *
     * @param fromAcceptance how long it may wait
     * @return new options
     */
    public TaskOptions withDeadline(Duration fromAcceptance) {
        return new TaskOptions(priority, Objects.requireNonNull(fromAcceptance), timeout);
    }

    /**
     * These options with a time-out.
     *
     * @param perAttempt how long one attempt may run
     * @return new options
     * @throws IllegalArgumentException if it is zero or negative
     */
    public TaskOptions withTimeout(Duration perAttempt) {
        return new TaskOptions(priority, deadline, Objects.requireNonNull(perAttempt));
    }
}
