package io.github.ppool.durable.store;

import io.github.ppool.durable.DurableTaskState;
import io.github.ppool.durable.DurableTaskView;
import io.github.ppool.durable.EndedTaskView;
import io.github.ppool.durable.EnqueuedTask;
import io.github.ppool.durable.TaskQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The tasks in a database. Each call is one transaction, or part of the caller's if the store's connections take part
 * in one. All times are those of the store's clock. Any thread may call; each call blocks for its statements. A
 * database that fails throws Spring's {@code DataAccessException}.
 *
 * <p>{@code node} is the incarnation of a node. Calls with one change only those tasks that it has claimed: a node that
 * lost its lease, and its tasks with it, can't end them any more.
 */
public interface TaskStore {

    /**
     * Creates the tables that don't exist yet, if the store was made so, and checks their version.
     *
     * @throws TaskSchemaException if tables are missing, or have another version
     */
    void prepare();

    /**
     * Inserts tasks.
     *
     * @param tasks none or more
     * @return for each of them the inserted one, or the unfinished one of the same name and key
     */
    List<EnqueuedTask> insert(List<NewTask> tasks);

    /**
     * Claims ready tasks for a node, those that come first in the order of the pool.
     *
     * @param claim the node, the pool, the kinds that the node knows, and the number
     * @return the claimed tasks, none if there are none or the rate is used up; and the pause that the rates ask for
     */
    Claimed claim(Claim claim);

    /**
     * Ends tasks that have succeeded.
     *
     * @param node the claimant
     * @param ids the tasks
     * @return the ids that have ended; the others are no longer the node's
     */
    Set<Long> complete(UUID node, Collection<Long> ids);

    /**
     * Ends a task as the first statement of its handler's transaction, so that the effects of the handler and the end
     * of the task are one. The row stays locked until the end of the transaction: all other calls must leave locked
     * rows out and not wait for them.
     *
     * @param node the claimant
     * @param id the task
     * @param longestIdle the longest time between two statements of the transaction, where the database can end it then
     * @return false if the task is no longer the node's
     */
    default boolean completeFirst(UUID node, long id, Duration longestIdle) {
        return complete(node, List.of(id)).contains(id);
    }

    /**
     * Lists the tasks that a node has claimed, in the order of their ids, without payloads and checkpoints. So a
     * node finds the tasks of a claim that had no answer.
     *
     * @param node the claimant
     * @param after the id after which the page begins
     * @param limit the length of the page
     * @return a page
     */
    List<ClaimedTask> claimed(UUID node, long after, int limit);

    /**
     * Gives tasks back before their attempt has begun: they are ready again at their former place, and the attempt does
     * not count. A task that is marked as cancelled is removed.
     *
     * @param node the claimant
     * @param ids the tasks
     * @return the number of tasks given back
     */
    int giveBack(UUID node, Collection<Long> ids);

    /**
     * Carries the decisions of plans out after failed attempts. A task that is marked as cancelled is removed. Rows
     * that a transaction has locked are left out.
     *
     * @param node the claimant
     * @param ends the decisions
     * @return the ids of the tasks that were the node's
     */
    Set<Long> fail(UUID node, Collection<FailedAttempt> ends);

    /** {@return the incarnations that have claimed tasks} Reads one entry of an index for each. */
    Set<UUID> claimants();

    /**
     * Takes tasks of dead nodes over: they become claimed by this node, which decides by their plans and calls {@link
     * #fail}.
     *
     * @param dead the incarnations of nodes that hold no lease any more
     * @param node this node
     * @param limit the most tasks of one call
     * @return the tasks
     */
    List<ClaimedTask> takeOver(Collection<UUID> dead, UUID node, int limit);

    /**
     * Makes delayed tasks ready when their time has come.
     *
     * @param limit the most tasks of one call
     * @return how many of which pools, and the time until the next one
     */
    Staged stage(int limit);

    /**
     * Writes the progress of running tasks, and asks which of this node's tasks are cancelled.
     *
     * @param node the claimant
     * @param progress the progress that has changed; none is allowed
     * @return the ids of cancelled tasks that the node has still claimed
     */
    Set<Long> heartbeat(UUID node, Collection<Progress> progress);

    /**
     * Writes the progress of attempts whose transaction has ended their task first. So their rows are locked, and the
     * progress is written beside them. {@link #find} and {@link #list} show it while the task is that attempt's.
     *
     * @param node the claimant
     * @param progress the progress that has changed; none is allowed
     * @param over the tasks with an attempt on this node that runs no longer; their progress is removed
     */
    void progressBeside(UUID node, Collection<Progress> progress, Collection<Long> over);

    /** {@return the incarnations that have written progress beside their tasks} */
    Set<UUID> progressing();

    /**
     * Removes the progress that dead nodes have written beside their tasks.
     *
     * @param dead the incarnations of nodes that hold no lease any more
     */
    void forgetProgress(Collection<UUID> dead);

    /**
     * Stores the state of a task for its next attempt.
     *
     * @param node the claimant
     * @param id the task
     * @param state JSON; null for none
     * @return false if the task is not the node's
     */
    boolean checkpoint(UUID node, long id, @Nullable String state);

    /**
     * Removes cancelled tasks after the end of their attempt.
     *
     * @param node the claimant
     * @param ids the tasks
     * @return the number of removed tasks
     */
    int removeCancelled(UUID node, Collection<Long> ids);

    /**
     * Reads or creates the last fire time of a schedule. A new schedule has the present time, so that it does not fire
     * for the past.
     *
     * @param name the name of the tasks
     * @return the last time for which a task was made, and the present time
     */
    Schedule schedule(String name);

    /**
     * Moves a schedule on and inserts its task, both or neither.
     *
     * @param name the name of the schedule
     * @param from the last fire time that the caller has read
     * @param to the fire time of the task
     * @param task the task; its key makes it unique
     * @return false if another node was first; the call has no effect
     */
    boolean fire(String name, Instant from, Instant to, NewTask task);

    /**
     * Removes the history before an age.
     *
     * @param age the age of the entries that stay
     * @param limit the most entries of one call
     * @return the number of removed entries
     */
    int forget(Duration age, int limit);

    /**
     * Finds an unfinished task.
     *
     * @param id the id
     * @return the task with its payload
     */
    Optional<DurableTaskView> find(long id);

    /**
     * Lists unfinished tasks without payloads, in the order of their ids.
     *
     * @param query the selection
     * @param after the id after which the page begins
     * @param limit the length of the page
     * @return a page
     */
    List<DurableTaskView> list(TaskQuery query, long after, int limit);

    /**
     * Lists ended tasks in descending order of their ids.
     *
     * @param query the selection
     * @param before the id before which the page begins
     * @param limit the length of the page
     * @return a page
     */
    List<EndedTaskView> ended(TaskQuery query, long before, int limit);

    /** {@return the number of tasks by pool and state} */
    Map<String, Map<DurableTaskState, Long>> counts();

    /**
     * Reads the figures of health and meters, by a bounded number of index entries.
     *
     * @param limit the number from which on a count says "at least"
     * @return the figures by pool
     */
    Map<String, Backlog> backlog(int limit);

    /**
     * Changes tasks for an operator. Large selections are changed in batches, each a transaction of its own unless the
     * caller has one.
     *
     * @param change the change
     * @param query the selection, within the states that the change is for
     * @param id the only task to change; null for all of the selection
     * @return the number of changed tasks, and the pools that have got ready ones
     */
    Changed change(Change change, TaskQuery query, @Nullable Long id);

    /** A change by an operator. */
    enum Change {
        /** Laid-down tasks become ready; their plans begin anew. */
        REDRIVE,
        /** Delayed tasks become ready. */
        RUN_NOW,
        /** Tasks that are not claimed are removed. */
        DROP,
        /** Tasks that are not claimed are removed; claimed ones are marked. */
        CANCEL
    }

    /**
     * The result of a change.
     *
     * @param count the number of changed tasks
     * @param pools the pools that have got ready tasks
     */
    record Changed(long count, Set<String> pools) {}

    /**
     * The tasks that wait, of a pool.
     *
     * @param ready the number of ready tasks, at most the limit
     * @param laidDown the number of laid-down tasks, at most the limit
     * @param delayed the number of delayed tasks, at most the limit
     * @param claimed the number of claimed tasks, at most the limit
     * @param oldestReady the age of the ready task that waits longest of those first in order; null if none is ready
     * @param oldestLaidDown the time since the oldest laid-down task became so; null if there is none
     */
    record Backlog(
            long ready,
            long laidDown,
            long delayed,
            long claimed,
            @Nullable Duration oldestReady,
            @Nullable Duration oldestLaidDown) {}

    /**
     * The state of a schedule.
     *
     * @param last the last time for which a task was made
     * @param now the present time of the store
     */
    record Schedule(Instant last, Instant now) {}

    /**
     * The result of staging.
     *
     * @param ready the number of tasks that became ready, by pool
     * @param next the time until the next delayed task is due, zero if more are due now; null if none is delayed
     */
    record Staged(Map<String, Integer> ready, @Nullable Duration next) {}

    /**
     * The progress of a task.
     *
     * @param id the task
     * @param attempt the number of the attempt
     * @param percent 0 to 100
     * @param text a text of at most 200 characters; null for none
     */
    record Progress(long id, int attempt, int percent, @Nullable String text) {}
}
