package io.github.ppool.pool.engine;

import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.TaskState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The accepted tasks that are in no queue, and the number of tasks by their outcome. Guarded by the engine's lock.
 */
final class TaskRecords<W> {

    private final SlotTable<W> workers;
    /** Number of tasks that were accepted, have no outcome yet, and are not in the queue. */
    private int unsettled;
    /** The tasks that wait for their next attempt. */
    private final Set<PoolTask<W, ?>> delayed = new HashSet<>();
    /** The tasks whose time has not come, the next one first; null until one is scheduled. */
    private @Nullable SortedSet<PoolTask<W, ?>> scheduled;
    /** Tasks with an outcome. The processes count the tasks that went well, see {@link TaskCounts}. */
    private long failed;
    private long cancelled;
    private long rejected;
    private final LostTasks lost = new LostTasks();

    TaskRecords(SlotTable<W> workers) {
        this.workers = workers;
    }

    LostTasks lost() {
        return lost;
    }

    /** A task has left the queue for a worker. */
    void assigned() {
        assert workers.isHeldByCurrentThread();
        unsettled++;
    }

    /** A task that was in no queue has its outcome, or goes back into the queue. */
    void settled() {
        assert workers.isHeldByCurrentThread();
        unsettled--;
    }

    /** As {@link #settled}: the task has failed. */
    void failed() {
        assert workers.isHeldByCurrentThread();
        failed++;
        unsettled--;
    }

    /** A task was cancelled. */
    void cancelled() {
        assert workers.isHeldByCurrentThread();
        cancelled++;
    }

    /** An accepted task was rejected. */
    void rejected() {
        assert workers.isHeldByCurrentThread();
        rejected++;
    }

    /** A task waits for its next attempt. */
    void delay(PoolTask<W, ?> task) {
        assert workers.isHeldByCurrentThread();
        delayed.add(task);
    }

    /** A task is accepted, and joins the queue later. */
    void schedule(PoolTask<W, ?> task) {
        assert workers.isHeldByCurrentThread();
        unsettled++;
        if (scheduled == null) {
            scheduled = new TreeSet<>(TaskRecords::compareTimes);
        }
        scheduled.add(task);
    }

    /** Times are less than half of the range of {@code long} from now, so differences are right. */
    private static int compareTimes(PoolTask<?, ?> one, PoolTask<?, ?> other) {
        int byTime = Long.signum(one.extras().dueNanos - other.extras().dueNanos);
        return byTime != 0 ? byTime : Long.compare(one.number(), other.number());
    }

    /** The number of tasks that join the queue later and have not begun. */
    int scheduled() {
        assert workers.isHeldByCurrentThread();
        return scheduled == null ? 0 : scheduled.size();
    }

    /** The tasks whose time comes next, at most so many. */
    List<PoolTask<W, ?>> firstScheduled(int most) {
        assert workers.isHeldByCurrentThread();
        return scheduled == null ? List.of() : scheduled.stream().limit(most).toList();
    }

    /** The number of tasks that wait for their next attempt. */
    int retrying() {
        assert workers.isHeldByCurrentThread();
        return delayed.size();
    }

    /** Whether a task waits for its next attempt. */
    boolean isDelayed(PoolTask<W, ?> task) {
        assert workers.isHeldByCurrentThread();
        return delayed.contains(task);
    }

    /** A task waits no longer for an attempt. False if it did not. */
    boolean undelay(PoolTask<W, ?> task) {
        assert workers.isHeldByCurrentThread();
        return task.attempts() == 0 ? scheduled != null && scheduled.remove(task) : delayed.remove(task);
    }

    /** The tasks that are scheduled; they are so no longer. */
    List<PoolTask<W, ?>> takeScheduled() {
        assert workers.isHeldByCurrentThread();
        List<PoolTask<W, ?>> all = firstScheduled(Integer.MAX_VALUE);
        scheduled = null;
        return all;
    }

    /** The tasks that wait for an attempt; they wait no longer. */
    List<PoolTask<W, ?>> takeDelayed() {
        assert workers.isHeldByCurrentThread();
        List<PoolTask<W, ?>> all = new ArrayList<>(takeScheduled());
        all.addAll(delayed);
        delayed.clear();
        return all;
    }

    PoolStatus.Tasks counts() {
        assert workers.isHeldByCurrentThread();
        TaskCounts all = workers.tasks();
        return new PoolStatus.Tasks(all.done(), failed, cancelled, rejected, all.waits(), all.attempts());
    }

    /** Whether each accepted task that left the queue has its outcome. */
    boolean allSettled() {
        assert workers.isHeldByCurrentThread();
        return unsettled == 0;
    }

    /**
     * For tests, under the lock: checks the invariants of the tasks that have left the queue.
     *
     * @param atRest whether no thread is between two steps of a task
     * @return the first one that does not hold, or null
     */
    @Nullable
    String brokenInvariant(boolean atRest) {
        int assigned = 0;
        for (Slot<W> slot : workers.slots) {
            PoolTask<W, ?> task = slot.task;
            if (task != null && !task.state().isFinal()) {
                assigned++;
                if (delayed.contains(task) || (scheduled != null && scheduled.contains(task))) {
                    return task + " is assigned to " + slot + " and delayed";
                }
            }
        }
        List<PoolTask<W, ?>> later = new ArrayList<>(firstScheduled(Integer.MAX_VALUE));
        for (PoolTask<W, ?> task : later) {
            if (task.attempts() > 0) {
                return task + " has begun and is scheduled";
            }
        }
        later.addAll(delayed);
        for (PoolTask<W, ?> task : later) {
            if (task.state() != TaskState.QUEUED || task.queued || task.extras().retryTimer == null) {
                return task + " is not to be delayed";
            }
        }
        int known = assigned + later.size();
        return unsettled < known || (atRest && unsettled > known)
                ? unsettled + " tasks are unsettled, " + assigned + " assigned and " + later.size() + " delayed"
                : null;
    }
}
