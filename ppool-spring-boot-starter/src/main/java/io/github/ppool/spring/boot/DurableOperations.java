package io.github.ppool.spring.boot;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The durable tasks as an operator sees and changes them, for the endpoint {@code ppool}. The module {@code
 * ppool-durable} has a bean of this type. Without one the endpoint shows no durable tasks.
 *
 * <p>All methods may be called from any thread. They ask the database, so they block, and they throw a {@link
 * RuntimeException} if it does not answer. Then the call has no effect, or the change is not known to have happened.
 */
public interface DurableOperations {

    /**
     * Counts the unfinished tasks, by a bounded number of index entries.
     *
     * @return the figures of the pools that have unfinished tasks
     */
    Summary summary();

    /**
     * Finds an unfinished task.
     *
     * @param id the id
     * @return the task with its payload; empty if there is none, or it has ended
     */
    Optional<Task> task(long id);

    /**
     * Lists unfinished tasks without payloads, in the order of their ids.
     *
     * @param filter the selection
     * @param after the id after which the page begins, 0 for the first page
     * @param limit the most tasks, from 1 to 1,000
     * @return a page; it is the last one if it has fewer tasks than the limit
     */
    List<Task> tasks(Filter filter, long after, int limit);

    /**
     * Lists tasks that have ended, the latest first. Empty unless the application keeps a history.
     *
     * @param filter the selection
     * @param before the id before which the page begins, {@link Long#MAX_VALUE} for the first page
     * @param limit the most tasks, from 1 to 1,000
     * @return a page; it is the last one if it has fewer tasks than the limit
     */
    List<Ended> history(Filter filter, long before, int limit);

    /**
     * Changes one task.
     *
     * @param change the change
     * @param id the id of the task
     * @return false if there is no such task, or the change is not for its state; the call has no effect
     */
    boolean change(Change change, long id);

    /**
     * Changes all tasks of a selection that are in a state for the change.
     *
     * @param change the change
     * @param filter the selection
     * @return the number of changed tasks
     */
    long change(Change change, Filter filter);

    /** A change by an operator. */
    enum Change {
        /** Laid-down tasks become ready, and their plans begin anew. */
        REDRIVE,
        /** Delayed tasks become ready. */
        RUN_NOW,
        /** Tasks that no node has claimed are removed. */
        DROP,
        /** Tasks are removed, and attempts that run are ended. */
        CANCEL
    }

    /** The state of an unfinished task. */
    enum State {
        /** The task waits for a free worker. */
        READY,
        /** A node has claimed the task. */
        CLAIMED,
        /** The plan has laid the task down. */
        LAID_DOWN,
        /** The task waits for its time. */
        DELAYED
    }

    /**
     * Selects tasks. All conditions must hold; one that is null always holds.
     *
     * @param pool the name of the pool
     * @param name the name of the tasks
     * @param state the state
     * @param key the key
     * @param partition the partition
     * @param reason the reason of the last end of an attempt
     * @param enqueuedBefore a time after the hand-over
     */
    record Filter(
            @Nullable String pool,
            @Nullable String name,
            @Nullable State state,
            @Nullable String key,
            @Nullable String partition,
            @Nullable String reason,
            @Nullable Instant enqueuedBefore) {

        /** Selects all tasks. */
        public static final Filter ALL = new Filter(null, null, null, null, null, null, null);
    }

    /**
     * The unfinished tasks in figures.
     *
     * @param pools the pools with unfinished tasks, in alphabetical order
     * @param countedUpTo the number at which counting ends: a count that has reached it means "at least"
     */
    record Summary(List<Backlog> pools, int countedUpTo) {}

    /**
     * The unfinished tasks of a pool in figures.
     *
     * @param pool the name of the pool
     * @param ready the number of ready tasks
     * @param claimed the number of claimed tasks
     * @param delayed the number of delayed tasks
     * @param laidDown the number of laid-down tasks
     * @param oldestReady the age of the oldest of the ready tasks that are served first; null if none is ready
     * @param oldestLaidDown the time since the oldest laid-down task became so; null if there is none
     */
    record Backlog(
            String pool,
            long ready,
            long claimed,
            long delayed,
            long laidDown,
            @Nullable Duration oldestReady,
            @Nullable Duration oldestLaidDown) {}

    /**
     * An unfinished task. All times are the database's.
     *
     * @param id the id
     * @param pool the name of the pool
     * @param name the name of the tasks
     * @param version the version of the payload
     * @param state the state
     * @param priority the priority
     * @param key the key; null if it has none
     * @param partition the partition; null if it has none
     * @param enqueuedAt the time of the hand-over
     * @param readyAt the time at which it became or becomes ready
     * @param attempts the number of attempts that have begun
     * @param node the incarnation of the node that has claimed it; null if none has
     * @param claimedAt the time of the claim; null if no node has claimed it
     * @param reason the reason of the last end of an attempt; null if none has ended
     * @param failure the text of the exception of that end, which may have data of users; null if there was none
     * @param percent the progress; null if it told none
     * @param progress the text of the progress; null if it told none
     * @param cancelled true if an operator has cancelled it, and its attempt still runs
     * @param payload the payload as JSON, which may have data of users; null if it was not asked for, or there is none
     */
    record Task(
            long id,
            String pool,
            String name,
            int version,
            State state,
            int priority,
            @Nullable String key,
            @Nullable String partition,
            Instant enqueuedAt,
            Instant readyAt,
            int attempts,
            @Nullable String node,
            @Nullable Instant claimedAt,
            @Nullable String reason,
            @Nullable String failure,
            @Nullable Integer percent,
            @Nullable String progress,
            boolean cancelled,
            @Nullable String payload) {}

    /**
     * A task that has ended.
     *
     * @param id the id
     * @param pool the name of the pool
     * @param name the name of the tasks
     * @param version the version of the payload
     * @param key the key; null if it had none
     * @param enqueuedAt the time of the hand-over
     * @param endedAt the time of the end
     * @param attempts the number of attempts
     * @param outcome how it ended: succeeded, deleted, dropped or cancelled
     * @param reason the reason of its last failed attempt; null if none failed
     */
    record Ended(
            long id,
            String pool,
            String name,
            int version,
            @Nullable String key,
            Instant enqueuedAt,
            Instant endedAt,
            int attempts,
            String outcome,
            @Nullable String reason) {}
}
