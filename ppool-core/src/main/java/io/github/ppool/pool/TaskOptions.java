package io.github.ppool.pool;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The options of a task. An immutable value, apart from its key.
 *
 * <p>Tasks of equal key run one at a time, in the order in which they were handed over; other tasks run beside them.
 * The pool calls {@code hashCode} of the key in {@link PoolClient#tasks}, and {@code equals} at the hand-over, both on
 * the calling thread and without a lock. Their answers must not change while a task has the key.
 *
 * @param priority the place in the queue: a task with a higher priority is served first. Borrowers have the priority 0.
 *     Among equals the order is first in first out. Tasks of equal key keep their own order, whatever their priorities
 * @param deadline the longest wait for a worker, counted from the acceptance of the task; then the task is rejected.
 *     Null means no limit; with zero and less the task must begin at once
 * @param timeout the time limit of one attempt, more than zero; then the process of the worker is killed. Null means
 *     {@link PoolSpec#taskTimeout}
 * @param key the key; null means that the task runs beside all others
 * @param keyBlocks true if the tasks behind this one wait while it waits for its next attempt, false if they go on.
 *     Null means {@link PoolSpec#keyBlocks}
 * @param sticky true if this task prefers the worker that served its key last. Null means {@link PoolSpec#sticky}
 */
public record TaskOptions(
        int priority,
        @Nullable Duration deadline,
        @Nullable Duration timeout,
        @Nullable Object key,
        @Nullable Boolean keyBlocks,
        @Nullable Boolean sticky) {

    /** Priority 0, no deadline, the time-out of the pool, and no key. */
    public static final TaskOptions DEFAULT = new TaskOptions(0, null, null);

    /**
     * Checks the time-out and the options of the key.
     *
     * @throws IllegalArgumentException if the time-out is zero or negative, or if there is an option of the key without
     *     a key
     */
    public TaskOptions {
        if (timeout != null && (timeout.isNegative() || timeout.isZero())) {
            throw new IllegalArgumentException("timeout must be positive, got: " + timeout);
        }
        if (key == null) {
            requireKey("keyBlocks", keyBlocks);
            requireKey("sticky", sticky);
        }
    }

    /**
     * Makes options without a key.
     *
     * @param priority as {@link #priority()}
     * @param deadline as {@link #deadline()}
     * @param timeout as {@link #timeout()}
     * @throws IllegalArgumentException if the time-out is zero or negative
     */
    public TaskOptions(int priority, @Nullable Duration deadline, @Nullable Duration timeout) {
        this(priority, deadline, timeout, null, null, null);
    }

    private static void requireKey(String name, @Nullable Boolean value) {
        if (value != null) {
            throw new IllegalArgumentException(name + " must be null without a key, got: " + value);
        }
    }

    /**
     * Returns the default options with a key.
     *
     * @param key the key
     * @return new options
     * @throws NullPointerException if the key is null
     */
    public static TaskOptions key(Object key) {
        return DEFAULT.withKey(key);
    }

    /**
     * Returns these options with another priority.
     *
     * @param newPriority the priority; higher is served first
     * @return new options
     */
    public TaskOptions withPriority(int newPriority) {
        return new TaskOptions(newPriority, deadline, timeout, key, keyBlocks, sticky);
    }

    /**
     * Returns these options with a deadline.
     *
     * @param fromAcceptance the longest wait for a worker; with zero and less the task must begin at once
     * @return new options
     * @throws NullPointerException if the deadline is null
     */
    public TaskOptions withDeadline(Duration fromAcceptance) {
        return new TaskOptions(priority, Objects.requireNonNull(fromAcceptance), timeout, key, keyBlocks, sticky);
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
        return new TaskOptions(priority, deadline, Objects.requireNonNull(perAttempt), key, keyBlocks, sticky);
    }

    /**
     * Returns these options with a key. Does not call the key.
     *
     * @param newKey the key
     * @return new options
     * @throws NullPointerException if the key is null
     */
    public TaskOptions withKey(Object newKey) {
        Objects.requireNonNull(newKey, "key must not be null");
        return new TaskOptions(priority, deadline, timeout, newKey, keyBlocks, sticky);
    }

    /**
     * Returns these options with a rule for the tasks behind this one while it waits for its next attempt.
     *
     * @param wait true if they wait, false if they go on
     * @return new options
     * @throws IllegalArgumentException if these options have no key
     */
    public TaskOptions withKeyBlocks(boolean wait) {
        return new TaskOptions(priority, deadline, timeout, key, wait, sticky);
    }

    /**
     * Returns these options with a preference for a worker.
     *
     * @param newSticky true to prefer the worker that served the key last, while it is idle
     * @return new options
     * @throws IllegalArgumentException if these options have no key
     */
    public TaskOptions withSticky(boolean newSticky) {
        return new TaskOptions(priority, deadline, timeout, key, keyBlocks, newSticky);
    }
}
