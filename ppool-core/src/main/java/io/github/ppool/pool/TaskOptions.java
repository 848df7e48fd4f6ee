package io.github.ppool.pool;

import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
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
 * Among equals the order is first in first out. Tasks of equal key keep their own order, also with different priorities
 * @param deadline the longest wait for a worker, counted from the acceptance of the task; then the task is rejected.
 *     Null means no limit; with zero and less the task must begin at once
 * @param timeout the time limit of one attempt, more than zero; then the process of the worker is killed. Null means
 *     {@link PoolSpec#taskTimeout}
 * @param key the key; null means that the task runs beside all others
 * @param keyBlocks true if the tasks behind this one wait while it waits for its next attempt, false if they go on.
 *     Null means {@link PoolSpec#keyBlocks}
 * @param sticky true if this task prefers the worker that served its key last. Null means {@link PoolSpec#sticky}
 * @param restart the plan that decides after a failed attempt. Null means {@link PoolSpec#taskRestart}
 * @param independent true if the task does not use the worker. Its worker then survives each {@link Exception} of the
 *     task, since the exception does not concern the worker; an {@link Error} still crashes it
 * @param expendable true if the task is handed over again when it is refused, because it is kept elsewhere, as a
 *     durable task is. It takes the place of no other waiter in a full queue, under each {@link PoolSpec#shed} rule.
 *     Until its first attempt it is shed before all waiters that are not expendable
 */
public record TaskOptions(
        int priority,
        @Nullable Duration deadline,
        @Nullable Duration timeout,
        @Nullable Object key,
        @Nullable Boolean keyBlocks,
        @Nullable Boolean sticky,
        @Nullable RestartPolicy restart,
        boolean independent,
        boolean expendable) {

    /** Priority 0, no deadline, the time-out and the plan of the pool, no key, and a task that uses its worker. */
    public static final TaskOptions DEFAULT = new TaskOptions(0, null, null);

    private static final RestartPolicy NEVER = RestartPolicy.of(RestartPlan.EMPTY);

    /**
     * Checks the time-out, the plan and the options of the key.
     *
     * @throws IllegalArgumentException if the time-out is zero or negative, the plan contains {@code wait}, or if there
     *     is an option of the key without a key
     */
    public TaskOptions {
        if (timeout != null && (timeout.isNegative() || timeout.isZero())) {
            throw new IllegalArgumentException("timeout must be positive, got: " + timeout);
        }
        SettingRules.requireNoWait("restart", restart);
        if (key == null) {
            requireKey("keyBlocks", keyBlocks);
            requireKey("sticky", sticky);
        }
    }

    /**
     * Makes options without a key, with the plan of the pool, for a task that uses its worker.
     *
     * @param priority as {@link #priority()}
     * @param deadline as {@link #deadline()}
     * @param timeout as {@link #timeout()}
     * @throws IllegalArgumentException if the time-out is zero or negative
     */
    public TaskOptions(int priority, @Nullable Duration deadline, @Nullable Duration timeout) {
        this(priority, deadline, timeout, null, null, null, null, false, false);
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
        return new TaskOptions(newPriority, deadline, timeout, key, keyBlocks, sticky, restart, independent,
                expendable);
    }

    /**
     * Returns these options with a deadline.
     *
     * @param fromAcceptance the longest wait for a worker; with zero and less the task must begin at once
     * @return new options
     * @throws NullPointerException if the deadline is null
     */
    public TaskOptions withDeadline(Duration fromAcceptance) {
        return new TaskOptions(priority, Objects.requireNonNull(fromAcceptance), timeout, key, keyBlocks, sticky,
                restart, independent, expendable);
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
        return new TaskOptions(priority, deadline, Objects.requireNonNull(perAttempt), key, keyBlocks, sticky, restart,
                independent, expendable);
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
        return new TaskOptions(priority, deadline, timeout, newKey, keyBlocks, sticky, restart, independent,
                expendable);
    }

    /**
     * Returns these options with a rule for the tasks behind this one while it waits for its next attempt.
     *
     * @param wait true if they wait, false if they go on
     * @return new options
     * @throws IllegalArgumentException if these options have no key
     */
    public TaskOptions withKeyBlocks(boolean wait) {
        return new TaskOptions(priority, deadline, timeout, key, wait, sticky, restart, independent,
                expendable);
    }

    /**
     * Returns these options with a preference for a worker.
     *
     * @param newSticky true to prefer the worker that served the key last, while it is idle
     * @return new options
     * @throws IllegalArgumentException if these options have no key
     */
    public TaskOptions withSticky(boolean newSticky) {
        return new TaskOptions(priority, deadline, timeout, key, keyBlocks, newSticky, restart, independent,
                expendable);
    }

    /**
     * Returns these options with a plan for failed attempts, in place of that of the pool.
     *
     * @param afterFailure the plan, without {@code wait}. The reason that selects among plans by reason is the
     *     exception of the attempt
     * @return new options
     * @throws IllegalArgumentException if the plan contains {@code wait}
     * @throws NullPointerException if the plan is null
     */
    public TaskOptions withRestart(RestartPolicy afterFailure) {
        return new TaskOptions(priority, deadline, timeout, key, keyBlocks, sticky,
                Objects.requireNonNull(afterFailure), independent, expendable);
    }

    /**
     * Returns these options without a second attempt, also if the pool has a plan: for work that runs only once.
     *
     * @return new options
     */
    public TaskOptions withoutRestart() {
        return withRestart(NEVER);
    }

    /**
     * Returns these options for a task that does or does not use its worker.
     *
     * @param ofWorker true if the worker survives each exception of the task
     * @return new options
     */
    public TaskOptions withIndependent(boolean ofWorker) {
        return new TaskOptions(priority, deadline, timeout, key, keyBlocks, sticky, restart, ofWorker, expendable);
    }

    /**
     * Returns these options for a task that is or is not expendable.
     *
     * @param keptElsewhere true if the task sheds no other waiter, and is the first to be shed
     * @return new options
     */
    public TaskOptions withExpendable(boolean keptElsewhere) {
        return new TaskOptions(priority, deadline, timeout, key, keyBlocks, sticky, restart, independent,
                keptElsewhere);
    }
}
