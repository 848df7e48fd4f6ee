package io.github.ppool.spring.boot.observe;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One pool, or one supervision tree, in detail.
 *
 * @param pool the name of the pool or the tree
 * @param samples its whole history; null if there is none
 * @param workers its workers, at most 1,000; null for a tree and for a pool that is gone
 * @param queue the first 100 of its queue; null for a tree and for a pool that is gone
 * @param plan the plan of its workers; null if there is none
 * @param journal its newest entries, the newest first
 */
public record PoolDetail(
        String pool,
        @Nullable Samples samples,
        @Nullable List<WorkerRow> workers,
        @Nullable List<WaiterRow> queue,
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
