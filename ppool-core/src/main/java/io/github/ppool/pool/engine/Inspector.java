package io.github.ppool.pool.engine;

import io.github.ppool.guard.VisibleText;
import io.github.ppool.pool.PoolInspection;
import io.github.ppool.pool.PoolInspection.Activity;
import io.github.ppool.pool.TaskWaits;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the workers and the queue one by one, for an operator. Under the lock it only copies; texts are made
 * afterwards. The step of a plan is read as it is, although it belongs to the supervisor's process.
 */
final class Inspector<W> {

    /** The longest name of a thread. */
    private static final int LONGEST_NAME = 200;

    private final PoolCore<W> core;
    private final MonotonicClock clock;
    private final IdleWorkers<W> workers;
    private final WaitQueue<W> queue;
    /** Guarded by the lock; null unless an observer looks. */
    private @Nullable WaitClasses waits;

    Inspector(PoolContext<W> context, PoolCore<W> core) {
        this.core = core;
        this.clock = context.clock();
        this.workers = core.workers;
        this.queue = core.queue;
    }

    /**
     * The waits of tasks by classes. The first call begins to count. A process that starts later is counted from the
     * next call on.
     *
     * @param goOn false to count no longer
     */
    TaskWaits taskWaits(boolean goOn) {
        return core.underLock(() -> {
            WaitClasses counted = waits == null ? new WaitClasses() : waits;
            waits = goOn ? counted : null;
            for (Slot<W> slot : workers.slots) {
                if (slot.process != null) {
                    slot.process.counts.countBy(waits);
                }
            }
            return counted.snapshot();
        });
    }

    /** A worker, as it is copied under the lock. */
    private record Seen(
            PoolInspection.Worker worker,
            @Nullable Borrower borrower,
            @Nullable PoolTask<?, ?> task,
            @Nullable WorkerPlans plans) {}

    /**
     * Looks.
     *
     * @param mostWorkers the most workers
     * @param mostWaiting the most waiters
     */
    PoolInspection inspect(int mostWorkers, int mostWaiting) {
        if (mostWorkers < 0 || mostWaiting < 0) {
            throw new IllegalArgumentException(
                    "workers and waiting must be 0 or more, got: " + mostWorkers + " and " + mostWaiting);
        }
        core.returnDeferred();
        List<Seen> seen = new ArrayList<>();
        List<Waiter<W>> waiters = new ArrayList<>();
        int[] numbers = new int[2];
        core.underLock(() -> {
            long now = clock.nanoTime();
            for (Slot<W> slot : workers.slots) {
                if (seen.size() == mostWorkers) {
                    break;
                }
                seen.add(seen(slot, now));
            }
            queue.forEachFirst(mostWaiting, waiters::add);
            waiters.addAll(core.keys.firstWaiting(mostWaiting - waiters.size()));
            numbers[0] = workers.slots.size();
            numbers[1] = queue.size() + core.keys.waiting();
            return numbers;
        });
        long now = clock.nanoTime();
        return new PoolInspection(
                seen.stream().map(Inspector::named).toList(),
                numbers[0],
                waiters.stream().map(waiter -> waiting(waiter, now)).toList(),
                numbers[1]);
    }

    private Seen seen(Slot<W> slot, long now) {
        Activity activity = activity(slot);
        return new Seen(
                new PoolInspection.Worker(
                        slot.childId, slot.pid, activity, null, since(slot, activity, now), slot.stamp(), null),
                activity == Activity.BORROWED || slot.state == SlotState.QUARANTINED ? slot.borrower : null,
                activity == Activity.WORKING ? slot.task : null,
                slot.plans);
    }

    private static Activity activity(Slot<?> slot) {
        if (slot.orphan != null) {
            return Activity.ORPHANED;
        }
        return switch (slot.state) {
            case IDLE -> slot.looksReused() ? Activity.BORROWED : Activity.IDLE;
            case BORROWED -> Activity.BORROWED;
            case QUARANTINED -> Activity.ORPHANED;
            case WORKING -> Activity.WORKING;
            case REQUESTED, STARTING, FAILING, CHECKING -> Activity.STARTING;
            case DISMISSED, CRASHING, GONE -> Activity.STOPPING;
            case RESTARTING, DOWN -> Activity.RESTARTING;
        };
    }

    private static @Nullable Duration since(Slot<?> slot, Activity activity, long now) {
        CheckoutSite site = slot.checkoutSite;
        PoolTask<?, ?> task = slot.task;
        return switch (activity) {
            case IDLE -> slot.idleSinceNanos == 0 ? null : ago(now, slot.idleSinceNanos);
            case BORROWED -> site != null
                    ? ago(now, site.lentAtNanos)
                    : slot.handOut == null ? null : ago(now, slot.handOut.sinceNanos);
            case WORKING -> task == null || !task.isRunning() ? null : ago(now, task.beganAtNanos());
            case STARTING -> slot.pid == null || slot.state == SlotState.CHECKING
                    ? null
                    : ago(now, slot.startedAtNanos);
            case STOPPING, RESTARTING, ORPHANED -> null;
        };
    }

    private static Duration ago(long now, long then) {
        return Duration.ofNanos(Math.max(0, now - then));
    }

    private static PoolInspection.Worker named(Seen seen) {
        PoolInspection.Worker worker = seen.worker;
        String holder = seen.task != null
                ? nameOf(seen.task)
                : seen.borrower == null ? null : shown(seen.borrower.name());
        int step = seen.plans == null || worker.activity() != Activity.RESTARTING ? 0 : seen.plans.stepOfRestarts();
        return new PoolInspection.Worker(worker.child(), worker.pid(), worker.activity(), holder, worker.since(),
                worker.lease(), step == 0 ? null : step);
    }

    private static String nameOf(PoolTask<?, ?> task) {
        return nameOfTask(task.id());
    }

    static String nameOfTask(long id) {
        return "task #" + id;
    }

    static String shown(String name) {
        return VisibleText.of(name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME));
    }

    private PoolInspection.Waiting waiting(Waiter<W> waiter, long now) {
        Duration waited = ago(now, waiter.sinceNanos);
        return switch (waiter) {
            case PoolTask<W, ?> task -> new PoolInspection.Waiting(true, nameOf(task), task.priority(), waited,
                    left(task.options.deadline(), waited));
            case BlockingWaiter<W> thread -> new PoolInspection.Waiting(false, shown(thread.owner().name()),
                    thread.priority(), waited, left(thread.timeout, waited));
            case AsyncWaiter<W> stage -> new PoolInspection.Waiting(false,
                    stage.ownerPid() == null ? "a stage" : shown(String.valueOf(stage.ownerPid())), stage.priority(),
                    waited, left(stage.timeout, waited));
            case GroupRequest<W> request -> new PoolInspection.Waiting(false, shown(request.toString()),
                    request.priority(), waited, null);
            default -> throw new AssertionError(waiter);
        };
    }

    static @Nullable Duration left(@Nullable Duration limit, Duration waited) {
        if (limit == null || limit.compareTo(Duration.ofDays(36_500)) > 0) {
            return null;
        }
        Duration left = limit.minus(waited);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
