package io.github.ppool.pool;

import io.github.ppool.process.Pid;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The workers and the queue of a pool at one moment, one by one, for an operator. {@link PoolStatus} has the numbers.
 * An immutable value.
 *
 * @param workers the workers in the order of their places, as many as were asked for
 * @param places the number of all workers
 * @param queue the first callers and tasks of the queue in the order in which they are served, as many as were asked
 *     for
 * @param waiting the number of all that wait
 */
public record PoolInspection(List<Worker> workers, int places, List<Waiting> queue, int waiting) {

    /** Copies the lists. */
    public PoolInspection {
        workers = List.copyOf(workers);
        queue = List.copyOf(queue);
    }

    /** The activity of a worker. {@link PoolStatus} counts by the same words. */
    public enum Activity {
        /** The worker waits for a caller or a task. */
        IDLE,
        /** A caller has borrowed the worker. */
        BORROWED,
        /** The worker runs a task. */
        WORKING,
        /** The worker is being made or checked. */
        STARTING,
        /** The worker is being closed, or its process is about to end. */
        STOPPING,
        /** The process of the worker has ended, and waits for its restart. */
        RESTARTING,
        /** The thread of a killed process still uses the worker. */
        ORPHANED
    }

    /**
     * A worker.
     *
     * @param child the id of its child specification, such as {@code smtp/1}
     * @param pid its process; null if it does not run
     * @param activity its activity
     * @param holder the name of the thread or the process that has borrowed it, or the number of its task; null if none
     *     has it. At most 200 characters
     * @param since the time since it is so; null if the pool does not know it. A task is timed by the coarse clock
     * @param lease the number of its lease, which no other lease of the worker has: two inspections with the same
     *     number have found the same lease or the same idleness
     * @param planStep the step of the restart plan that was taken after its last end, from 1; null unless it waits for
     *     its restart, and if it is restarted by type
     */
    public record Worker(
            String child,
            @Nullable Pid pid,
            Activity activity,
            @Nullable String holder,
            @Nullable Duration since,
            long lease,
            @Nullable Integer planStep) {}

    /**
     * A caller or a task that waits.
     *
     * @param task true for a task, false for a caller
     * @param who the name of the thread or the process that waits, or the number of the task. At most 200 characters
     * @param priority the priority
     * @param waited the time that it has waited
     * @param deadlineIn the time until it gives up; null if it does not
     */
    public record Waiting(
            boolean task, String who, int priority, Duration waited, @Nullable Duration deadlineIn) {}
}
