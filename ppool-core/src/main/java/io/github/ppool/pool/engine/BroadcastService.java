package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.guard.FailureText;
import io.github.ppool.pool.Broadcast;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.pool.TaskState;
import io.github.ppool.pool.WorkerExitException;
import io.github.ppool.pool.WorkerFunction;
import io.github.ppool.process.Pid;
import io.github.ppool.time.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs work once on each worker. Idle workers begin at once; a busy worker begins when its lease or its task has ended,
 * before it serves the next waiter; a worker that is made meanwhile begins when it is made. The round is over when no
 * worker is left that has not ended its work.
 */
final class BroadcastService<W> {

    /** A second attempt might run on another worker. */
    private static final TaskOptions ONCE = TaskOptions.DEFAULT.withoutRestart();

    private final PoolContext<W> context;
    private final PoolCore<W> core;
    private final Admission<W> admission;
    private final TaskService<W> service;
    private final IdleWorkers<W> workers;

    BroadcastService(PoolContext<W> context, PoolCore<W> core, Admission<W> admission, TaskService<W> service) {
        this.context = context;
        this.core = core;
        this.admission = admission;
        this.service = service;
        this.workers = core.workers;
    }

    /** A broadcast, and the stage of its outcome. */
    private final class Round<R extends @Nullable Object> extends BroadcastRounds.Round<W> {

        private final WorkerFunction<? super W, ? extends R, ?> work;
        private final CompletableFuture<Broadcast<R>> result = new CompletableFuture<>();
        private final Runnable whenChanged = () -> look(false);
        // guarded by the engine's lock
        private final Map<Pid, PoolTask<W, R>> tasks = new LinkedHashMap<>();
        private final Map<Pid, Broadcast.Outcome<R>> outcomes = new LinkedHashMap<>();
        private @Nullable Timer timer;

        Round(WorkerFunction<? super W, ? extends R, ?> work) {
            this.work = work;
        }

        @Override
        int left() {
            return seen.size() - outcomes.size();
        }

        @Override
        PoolTask<W, ?> taskFor(Pid worker) {
            PoolTask<W, R> task = PoolTask.bound(service, work, ONCE);
            tasks.put(worker, task);
            core.queue.number(task);
            task.waitsSince(context.now());
            // it has not begun, so no dependent runs here
            CompletionStage<?> unused = task.result()
                    .whenComplete((value, thrown) -> ended(worker, task, value, thrown));
            return task;
        }

        @SuppressWarnings("NullAway") // the value is null only if the type says that it may be
        private void ended(Pid worker, PoolTask<W, R> task, @Nullable R value, @Nullable Throwable thrown) {
            // a stage wraps an exception that does not tell its text
            Throwable failure = thrown == null ? null : FailureText.ofStage(thrown);
            Broadcast.End end = failure == null
                    ? Broadcast.End.DONE
                    : task.state() == TaskState.REJECTED || isEndOf(worker, failure)
                            ? Broadcast.End.ENDED
                            : Broadcast.End.FAILED;
            core.lockedOnTimer(after -> {
                outcomes.putIfAbsent(worker, new Broadcast.Outcome<>(context.name(), worker, end, value, failure));
                lookUnderLock(false, after);
            });
        }

        /** Whether the failure tells of the end of this worker. The work may throw that of another one. */
        private boolean isEndOf(Pid worker, Throwable failure) {
            return failure instanceof WorkerExitException exit && worker.equals(exit.pid());
        }

        void look(boolean late) {
            core.lockedOnTimer(after -> lookUnderLock(late, after));
        }

        private void lookUnderLock(boolean late, DeferredActions after) {
            boolean left = false;
            List<Pid> living = new ArrayList<>();
            for (Slot<W> slot : workers.slots) {
                if (slot.pid != null && isLiving(slot.state)) {
                    living.add(slot.pid);
                    seen.add(slot.pid);
                }
            }
            for (Pid worker : seen) {
                if (outcomes.containsKey(worker)) {
                    continue;
                }
                if (!given.contains(worker) && !living.contains(worker)) {
                    outcomes.put(worker, outcome(worker, Broadcast.End.ENDED));
                } else if (late) {
                    outcomes.put(worker, outcome(worker, Broadcast.End.LATE));
                } else {
                    left = true;
                }
            }
            if (!left || core.isStopped()) {
                close(after);
            }
        }

        private Broadcast.Outcome<R> outcome(Pid worker, Broadcast.End end) {
            return new Broadcast.Outcome<>(context.name(), worker, end, null, null);
        }

        private void close(DeferredActions after) {
            if (!core.broadcasts.close(this)) {
                return;
            }
            core.notWhenChanged(whenChanged);
            if (timer != null) {
                after.add(timer::cancel);
            }
            for (PoolTask<W, R> task : tasks.values()) {
                if (task.state() == TaskState.QUEUED) {
                    after.call(task::cancel); // of a worker that is late
                }
            }
            for (Pid worker : seen) { // the pool was stopped
                outcomes.putIfAbsent(worker, outcome(worker, Broadcast.End.ENDED));
            }
            Broadcast<R> whole = new Broadcast<>(new ArrayList<>(outcomes.values()));
            after.complete(() -> result.complete(whole));
        }
    }

    /** Whether a process in this state has a worker, or makes one. */
    private static boolean isLiving(SlotState state) {
        return switch (state) {
            case STARTING, IDLE, BORROWED, WORKING, CHECKING, QUARANTINED -> true;
            case REQUESTED, FAILING, DISMISSED, CRASHING, RESTARTING, DOWN, GONE -> false;
        };
    }

    /**
     * Begins.
     *
     * @param deadline null for none
     */
    <R extends @Nullable Object> CompletionStage<Broadcast<R>> broadcast(
            @Nullable Duration deadline, WorkerFunction<? super W, ? extends R, ?> work) {
        return broadcastDecorated(deadline, OptionedTasks.decorated(context.spec(), work));
    }

    /** As {@link #broadcast}, with work that the pool's decorator has had before. Calls no foreign code. */
    <R extends @Nullable Object> CompletionStage<Broadcast<R>> broadcastDecorated(
            @Nullable Duration deadline, WorkerFunction<? super W, ? extends R, ?> work) {
        Round<R> round = new Round<>(work);
        Supplier<PoolException> refusal = core.decided(after -> {
            if (core.lifecycle() != PoolCore.Lifecycle.ACTIVE) {
                return admission.refusalOf(PoolStoppedException::new, "broadcast was refused: the pool is stopped",
                        core.lastFailure());
            }
            core.broadcasts.open(round);
            core.whenChanged(round.whenChanged);
            if (deadline != null) {
                round.timer = context.clock().schedule(deadline, () -> round.look(true));
            }
            workers.reconcileAll(); // a worker that is lent without the lock comes back with it
            List<Slot<W>> idle = new ArrayList<>();
            for (Slot<W> slot = workers.pollOldest(); slot != null; slot = workers.pollOldest()) {
                idle.add(slot);
            }
            idle.forEach(slot -> core.reassign(slot, after, false));
            round.lookUnderLock(false, after);
            return null;
        });
        if (refusal != null) {
            throw admission.refuse(refusal.get());
        }
        return round.result;
    }
}
