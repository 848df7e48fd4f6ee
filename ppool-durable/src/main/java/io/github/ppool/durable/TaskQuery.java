package io.github.ppool.durable;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Selects unfinished tasks. All conditions must hold; one that is null always holds. An immutable value.
 *
 * @param pool the name of the pool
 * @param name the name of the tasks
 * @param state the state
 * @param key the key
 * @param partition the partition
 * @param reason the reason of the last end of an attempt
 * @param enqueuedBefore a time after the hand-over
 */
public record TaskQuery(
        @Nullable String pool,
        @Nullable String name,
        @Nullable DurableTaskState state,
        @Nullable String key,
        @Nullable String partition,
        @Nullable String reason,
        @Nullable Instant enqueuedBefore) {

    /** All unfinished tasks. */
    public static final TaskQuery ALL = new TaskQuery(null, null, null, null, null, null, null);

    /**
     * Selects the tasks of a pool only.
     *
     * @param name the name of the pool
     * @return a new query
     */
    public TaskQuery withPool(String name) {
        return new TaskQuery(Objects.requireNonNull(name), this.name, state, key, partition, reason, enqueuedBefore);
    }

    /**
     * Selects the tasks of a name only.
     *
     * @param newName the name of the tasks
     * @return a new query
     */
    public TaskQuery withName(String newName) {
        return new TaskQuery(pool, Objects.requireNonNull(newName), state, key, partition, reason, enqueuedBefore);
    }

    /**
     * Selects the tasks in a state only.
     *
     * @param newState the state
     * @return a new query
     */
    public TaskQuery withState(DurableTaskState newState) {
        return new TaskQuery(pool, name, Objects.requireNonNull(newState), key, partition, reason, enqueuedBefore);
    }

    /**
     * Selects the task with a key only; of each name at most one has it.
     *
     * @param newKey the key
     * @return a new query
     */
    public TaskQuery withKey(String newKey) {
        return new TaskQuery(pool, name, state, Objects.requireNonNull(newKey), partition, reason, enqueuedBefore);
    }

    /**
     * Selects the tasks of a partition only.
     *
     * @param newPartition the partition
     * @return a new query
     */
    public TaskQuery withPartition(String newPartition) {
        return new TaskQuery(pool, name, state, key, Objects.requireNonNull(newPartition), reason, enqueuedBefore);
    }

    /**
     * Selects the tasks whose last attempt ended with a reason only.
     *
     * @param newReason the reason, such as {@code node-lost} or the simple name of an exception
     * @return a new query
     */
    public TaskQuery withReason(String newReason) {
        return new TaskQuery(pool, name, state, key, partition, Objects.requireNonNull(newReason), enqueuedBefore);
    }

    /**
     * Selects the tasks that were handed over before a time only.
     *
     * @param time by the database's clock
     * @return a new query
     */
    public TaskQuery withEnqueuedBefore(Instant time) {
        return new TaskQuery(pool, name, state, key, partition, reason, Objects.requireNonNull(time));
    }
}
