package io.github.ppool.pool;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The work of a pool that has not begun and does not wait in its queue either, at one moment, for an operator: tasks
 * whose time has not come, tasks that wait for their key, and broadcasts. {@link PoolInspection} has the queue. In the
 * backlog of a {@link PoolGroup}, {@code retrying} and the numbers of broadcasts are sums over the members, and all
 * else is of tasks that were handed over to the group. An immutable value.
 *
 * @param scheduled the number of tasks that {@link TaskQueue#schedule} has accepted and whose time has not come
 * @param nextDue the time until the first of them joins the queue, zero if that is over; null if there is none
 * @param first the first of them, the next one first, as many as were asked for
 * @param retrying the number of tasks that have failed and wait for their next attempt
 * @param keys the number of keys with tasks
 * @param waitingForKeys the number of tasks that wait for their key
 * @param busiest keys that tasks wait for, the one with the most first, as many as were asked for. They are chosen
 *     among the keys of the {@link #LOOKED_AT} tasks that have waited longest
 * @param broadcasts the number of {@linkplain PoolClient#broadcast broadcasts} that are under way
 * @param broadcastsLeft the number of workers, over all these broadcasts, that have not ended their work yet
 */
public record TaskBacklog(
        int scheduled,
        @Nullable Duration nextDue,
        List<Scheduled> first,
        int retrying,
        int keys,
        int waitingForKeys,
        List<Key> busiest,
        int broadcasts,
        int broadcastsLeft) {

    /** The largest number of waiting tasks whose keys are looked at. */
    public static final int LOOKED_AT = 1_000;

    /** No task, no key and no broadcast. */
    public static final TaskBacklog NONE = new TaskBacklog(0, null, List.of(), 0, 0, 0, List.of(), 0, 0);

    /** Copies the lists. */
    public TaskBacklog {
        first = List.copyOf(first);
        busiest = List.copyOf(busiest);
    }

    /**
     * A task whose time has not come.
     *
     * @param id its number
     * @param dueIn the time until it joins the queue, zero if that is over
     * @param key the text of its key, at most 200 characters; null if it has none
     */
    public record Scheduled(long id, Duration dueIn, @Nullable String key) {}

    /**
     * A key that tasks wait for.
     *
     * @param key its text, at most 200 characters
     * @param waiting the number of tasks that wait for it
     * @param waited the time that the first of them has waited
     * @param holder the state of the task that holds the key
     * @param holderId the number of that task; null if the thread of a killed process holds the key, or none holds it
     *     at this moment
     */
    public record Key(String key, int waiting, Duration waited, Holder holder, @Nullable Long holderId) {}

    /** The reason why a key is kept. */
    public enum Holder {
        /** The task runs. */
        RUNNING,
        /** The task waits for a worker. */
        QUEUED,
        /** The task has failed, and keeps its key until its next attempt: {@link PoolSpec#keyBlocks}. */
        BLOCKED,
        /** The thread of a killed process may still run a task of the key. */
        ORPHANED,
        /** No task: the rate of the key permits none at this moment. */
        RATED,
        /** The key is passed on at this moment. */
        PASSING
    }
}
