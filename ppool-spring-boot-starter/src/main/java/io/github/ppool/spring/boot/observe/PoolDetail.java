package io.github.ppool.spring.boot.observe;

import io.github.ppool.pool.TaskBacklog;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One pool, one group of pools, or one supervision tree, in detail.
 *
 * @param pool the name of the pool, the group or the tree
 * @param samples its whole history; null if there is none
 * @param workers its workers, at most 1,000; null for a group, for a tree and for a pool that is gone
 * @param queue the first 100 of its queue; null for a tree and for a pool that is gone
 * @param backlog its tasks whose time has not come, the keys that tasks wait for, and its broadcasts; null if there are
 *     none of these, for a tree and for a pool that is gone
 * @param plan the plan of its workers; null if there is none
 * @param journal its newest entries, the newest first
 */
public record PoolDetail(
        String pool,
        @Nullable Samples samples,
        @Nullable List<WorkerRow> workers,
        @Nullable List<WaiterRow> queue,
        @Nullable Backlog backlog,
        @Nullable PlanRow plan,
        List<JournalEntry> journal) {

    /**
     * A worker.
     *
     * @param child the id of the child
     * @param pid its process; null if it does not run
     * @param state {@code idle}, {@code borrowed}, {@code working}, {@code starting}, {@code stopping},
     *     {@code restarting} or {@code orphaned}
     * @param holder the thread or the process that has borrowed it, or its task; null if none has it
     * @param sinceMillis the time that it has been so; null if that is not known
     * @param sinceAtLeastMillis the time since an observer first saw it so; null if {@code sinceMillis} is known, or no
     *     observer looked before
     * @param restarts the number of its restarts; null if the supervisor did not answer in time
     * @param planStep the step of the plan whose delay runs, from 1; null unless it waits for its restart
     * @param restartInMillis the time until its next restart; null if none is scheduled
     * @param lastExit the reason of its last exit, an exception by its class alone; null if it never ended
     */
    public record WorkerRow(
            String child,
            @Nullable String pid,
            String state,
            @Nullable String holder,
            @Nullable Long sinceMillis,
            @Nullable Long sinceAtLeastMillis,
            @Nullable Integer restarts,
            @Nullable Integer planStep,
            @Nullable Long restartInMillis,
            @Nullable String lastExit) {}

    /**
     * A caller or a task in the queue.
     *
     * @param kind {@code caller} or {@code task}
     * @param who the thread or the process that waits, or the task; null if it is not known
     * @param priority its priority; null for the usual one
     * @param waitedMillis the time that it has waited
     * @param deadlineInMillis the time until it gives up; null if it does not
     */
    public record WaiterRow(
            String kind,
            @Nullable String who,
            @Nullable Integer priority,
            long waitedMillis,
            @Nullable Long deadlineInMillis) {}

    /**
     * The work that has not begun and is not in the queue.
     *
     * @param scheduled the number of tasks whose time has not come
     * @param nextInMillis the time until the first of them joins the queue; null if there is none
     * @param first the first 20 of them
     * @param retrying the number of tasks that wait for their next attempt
     * @param keys the number of keys with tasks
     * @param waitingForKeys the number of tasks that wait for their key
     * @param busiest up to 20 keys that tasks wait for, the one with the most first
     * @param broadcasts the number of broadcasts that are under way
     * @param broadcastsLeft the number of workers, over all of them, that have not ended their work
     */
    public record Backlog(
            int scheduled,
            @Nullable Long nextInMillis,
            List<ScheduledRow> first,
            int retrying,
            int keys,
            int waitingForKeys,
            List<KeyRow> busiest,
            int broadcasts,
            int broadcastsLeft) {

        /** The most scheduled tasks, and the most keys, that are shown. */
        public static final int MOST = 20;

        /**
         * The backlog of a pool or a group, with as many tasks and keys as it has.
         *
         * @param seen the backlog
         * @return its row; null if it is empty
         */
        public static @Nullable Backlog of(TaskBacklog seen) {
            if (seen.equals(TaskBacklog.NONE)) {
                return null;
            }
            Duration next = seen.nextDue();
            return new Backlog(
                    seen.scheduled(),
                    next == null ? null : next.toMillis(),
                    seen.first().stream()
                            .map(task -> new ScheduledRow("task #" + task.id(), task.dueIn().toMillis(), task.key()))
                            .toList(),
                    seen.retrying(),
                    seen.keys(),
                    seen.waitingForKeys(),
                    seen.busiest().stream()
                            .map(key -> new KeyRow(key.key(), key.waiting(), key.waited().toMillis(),
                                    key.holder().name().toLowerCase(Locale.ROOT),
                                    key.holderId() == null ? null : "task #" + key.holderId()))
                            .toList(),
                    seen.broadcasts(),
                    seen.broadcastsLeft());
        }
    }

    /**
     * A task whose time has not come.
     *
     * @param task its name, such as {@code task #7}
     * @param dueInMillis the time until it joins the queue
     * @param key the text of its key; null if it has none
     */
    public record ScheduledRow(String task, long dueInMillis, @Nullable String key) {}

    /**
     * A key that tasks wait for.
     *
     * @param key its text
     * @param waiting the number of tasks that wait for it
     * @param waitedMillis the time that the first of them has waited
     * @param state {@code running}, {@code queued}, {@code blocked}, {@code orphaned}, {@code rated} or
     *     {@code passing}
     * @param task the task that holds the key; null if none does
     */
    public record KeyRow(String key, int waiting, long waitedMillis, String state, @Nullable String task) {}

    /**
     * A plan.
     *
     * @param text its elements as they are written
     * @param steps its steps, for a picture
     * @param count the number of its rounds; null for a restart type
     * @param type the restart type; null for a plan. The text is then the intensity
     */
    public record PlanRow(
            List<String> text, List<Step> steps, @Nullable String count, @Nullable String type) {}

    /**
     * A step of a plan.
     *
     * @param text the element as it is written
     * @param delayMillis the delay before the restart, of a back-off the first one; null if the element is no restart
     */
    public record Step(String text, @Nullable Long delayMillis) {}
}
