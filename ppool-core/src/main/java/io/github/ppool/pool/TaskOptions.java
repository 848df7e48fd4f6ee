package io.github.ppool.pool;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The options of a task. An immutable value.
 *
 * @param priority the place in the queue: a task with a higher priority is served first. Borrowers have the priority 0.
 *     Among equals the order is first in first out
 * @param deadline the longest wait for a worker, counted from the acceptance of the task; then the task is rejected.
 *     Null means no limit; with zero and less the task must begin at once
 * @param timeout the time limit of one attempt, more than zero; then the process of the worker is killed. Null means
 *     {@link PoolSpec#taskTimeout}
 */
public record TaskOptions(int priority, @Nullable Duration deadline, @Nullable Duration timeout) {

    /** Priority 0, no deadline, and the time-out of the pool. */
    public static final TaskOptions DEFAULT = new TaskOptions(0, null, null);

    /**
     * Checks the time-out.
     *
     * @throws IllegalArgumentException if the time-out is zero or negative
     */
    public TaskOptions {
        if (timeout != null && (timeout.isNegative() || timeout.isZero())) {
            throw new IllegalArgumentException("timeout must be positive, got: " + timeout);
        }
    }

    /**
     * Returns these options with another priority.
     *
     * @param newPriority the priority; higher is served first
     * @return new options
     */
    public TaskOptions withPriority(int newPriority) {
        return new TaskOptions(newPriority, deadline, timeout);
    }

    /**
     * Returns these options with a deadline.
     *
     * @param fromAcceptance the longest wait for a worker; with zero and less the task must begin at once
     * @return new options
     * @throws NullPointerException if the deadline is null
     */
    public TaskOptions withDeadline(Duration fromAcceptance) {
        return new TaskOptions(priority, Objects.requireNonNull(fromAcceptance), timeout);
    }

    /**
     * Returns these options with a time-out.
     *
     * @param perAttempt the time limit of one attempt
     * @return new options
     * @throws IllegalArgumentException if the time-out is zero or negative
     * @throws NullPointerException if the time-out is null
     */
    public TaskOptions withTimeout(Duration perAttempt) {
        return new TaskOptions(priority, deadline, Objects.requireNonNull(perAttempt));
    }
}
