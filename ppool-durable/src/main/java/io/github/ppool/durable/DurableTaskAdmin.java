package io.github.ppool.durable;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Shows and operates the durable tasks of the database, whichever node runs them. A bean. director's {@code
 * get_childs} and {@code restart_child} are its nearest counterparts.
 *
 * <p>All methods may be called from any thread and block for their statements. They take part in a transaction of the
 * application's {@code DataSource} if there is one. A database that fails throws Spring's {@code DataAccessException}.
 */
public interface DurableTaskAdmin {

    /** The largest page of {@link #list} and {@link #ended}. */
    int LARGEST_PAGE = 1_000;

    /**
     * Finds an unfinished task, with its payload.
     *
     * @param id the id
     * @return the task; empty if there is none, or it has ended
     */
    Optional<DurableTaskView> find(long id);

    /**
     * Lists unfinished tasks in the order of their ids, without payloads.
     *
     * @param query the selection
     * @param after the id after which the page begins, 0 for the first page
     * @param limit the most tasks, from 1 to {@link #LARGEST_PAGE}
     * @return a page; the id of its last task is the {@code after} of the next one
     * @throws IllegalArgumentException if the limit is beyond these
     */
    List<DurableTaskView> list(TaskQuery query, long after, int limit);

    /**
     * Lists tasks that have ended, the latest first. Empty unless {@code ppool.durable.history} is set.
     *
     * @param query the selection; a state, a partition and a time select no other tasks
     * @param before the id before which the page begins, {@link Long#MAX_VALUE} for the first page
     * @param limit the most tasks, from 1 to {@link #LARGEST_PAGE}
     * @return a page, in descending order of the ids
     * @throws IllegalArgumentException if the limit is beyond these
     */
    List<EndedTaskView> ended(TaskQuery query, long before, int limit);

    /**
     * Counts the unfinished tasks by pool and state. The database reads each of them: costly with millions.
     *
     * @return a new map; states without tasks are left out
     */
    Map<String, Map<DurableTaskState, Long>> counts();

    /**
     * Makes tasks ready that were laid down. Their plans begin anew; the counts of their attempts go on.
     *
     * @param query the selection; its state is taken as {@link DurableTaskState#LAID_DOWN}
     * @return the number of those tasks
     */
    long redrive(TaskQuery query);

    /**
     * Makes a task ready that was laid down.
     *
     * @param id the id
     * @return false if it is not laid down; the call has no effect
     */
    boolean redrive(long id);

    /**
     * Makes delayed tasks ready before their time.
     *
     * @param query the selection; its state is taken as {@link DurableTaskState#DELAYED}
     * @return the number of those tasks
     */
    long runNow(TaskQuery query);

    /**
     * Makes a delayed task ready before its time.
     *
     * @param id the id
     * @return false if it is not delayed; the call has no effect
     */
    boolean runNow(long id);

    /**
     * Removes tasks that no node has claimed.
     *
     * @param query the selection; claimed tasks are left
     * @return the number of removed tasks
     */
    long drop(TaskQuery query);

    /**
     * Removes a task that no node has claimed.
     *
     * @param id the id
     * @return false if there is no such task, or it is claimed; the call has no effect
     */
    boolean drop(long id);

    /**
     * Removes tasks, and ends the attempts of those that run. The node of an attempt learns of it with its next
     * heartbeat, ends the attempt as {@code Task.exit} does, and removes the task. An attempt that succeeds before has
     * succeeded.
     *
     * @param query the selection
     * @return the number of removed tasks and of those whose attempts are to end
     */
    long cancel(TaskQuery query);

    /**
     * Removes a task, and ends its attempt.
     *
     * @param id the id
     * @return false if there is no such task; the call has no effect
     */
    boolean cancel(long id);
}
