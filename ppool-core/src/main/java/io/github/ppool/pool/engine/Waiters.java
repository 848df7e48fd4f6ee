package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.CompletionTrampoline;
import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolRejectedException;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.pool.TaskState;
import io.github.ppool.pool.WorkerUnavailableException;
import io.github.ppool.process.Pid;
import io.github.ppool.time.Timer;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells waiters their outcome: a waiter gets a worker, is refused, or has waited in vain. All methods run under the
 * engine's lock unless they say otherwise.
 */
final class Waiters<W> {

    private final PoolContext<W> context;
    private final PoolCore<W> core;
    private final Leases<W> leases;
    private final LeakDetector<W> leaks;
    private final Admission<W> admission;
    private final TaskRecords<W> records;
    private final UnobservedFailures unobserved;
    private final KeyTurns<W> turns;
    private final ListenerNotifier listeners;
    private final IdleWorkers<W> workers;
    private final WaitQueue<W> queue;

    Waiters(PoolContext<W> context, PoolCore<W> core, Leases<W> leases, LeakDetector<W> leaks, Admission<W> admission,
            TaskRecords<W> records, UnobservedFailures unobserved, KeyTurns<W> turns) {
        this.context = context;
        this.core = core;
        this.leases = leases;
        this.leaks = leaks;
        this.admission = admission;
        this.records = records;
        this.unobserved = unobserved;
        this.turns = turns;
        this.listeners = context.listeners();
        this.workers = core.workers;
        this.queue = core.queue;
    }

    /** The waiter has left the queue, and gets this worker, which is in no set. */
    void grant(Waiter<W> waiter, Slot<W> slot, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        switch (waiter) {
            case PoolTask<W, ?> task -> core.assign(slot, task, after);
            case BlockingWaiter<W> thread -> {
                thread.grant(leases.lend(slot, thread.owner(), thread.where()));
                after.add(thread);
            }
            case AsyncWaiter<W> stage -> grantStage(stage, slot, after);
            case GroupRequest<W> request -> grantHeadOf(request, slot, after);
            default -> throw new AssertionError(waiter);
        }
    }

    /** Another member of the group may have served the head at this moment: then the next waiter gets the worker. */
    private void grantHeadOf(GroupRequest<W> request, Slot<W> slot, DeferredActions after) {
        Waiter<W> head = request.take(after);
        if (head != null) {
            grant(head, slot, after);
        } else {
            core.reassign(slot, after, false);
        }
    }

    private void grantStage(AsyncWaiter<W> stage, Slot<W> slot, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        Pid process = stage.ownerPid();
        PoolLease<W> lease = leases.lend(slot, new Borrower(process), stage.where());
        after.complete(() -> CompletionTrampoline.run(() -> {
            if (process == null) {
                leaks.watchUnowned(lease, stage.where());
            }
            // cancelled at the same moment: the next waiter gets the worker
            if (!stage.future.complete(lease)) {
                lease.close();
            } else if (stage.hasWaited) {
                listeners.servedSince(stage.sinceNanos);
            }
        }));
    }

    /** The waiter has left the queue, and gets no worker. */
    void refuse(Waiter<W> waiter, Supplier<PoolException> why, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        switch (waiter) {
            case PoolTask<W, ?> task -> refuseTask(task, why, after);
            case BlockingWaiter<W> thread -> {
                thread.refuse(why);
                after.add(thread);
            }
            case AsyncWaiter<W> stage ->
                after.complete(() -> stage.future.completeExceptionally(admission.refuse(why.get())));
            case GroupRequest<W> request -> request.refused(why, after);
            default -> throw new AssertionError(waiter);
        }
    }

    private void refuseTask(PoolTask<W, ?> task, Supplier<PoolException> why, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        if (!task.step(TaskState.QUEUED, TaskState.REJECTED)) {
            return; // cancelled before
        }
        records.rejected();
        turns.ended(task, after);
        if (task.isRefusedWithoutWorkers()) { // a caller of syncQueue waits, and no other thread knows this task
            after.add(() -> {
                task.completeExceptionally(why.get());
                task.releaseStarter();
            });
            after.call(() -> {
                admission.refuse(Objects.requireNonNull(task.refusal()));
                listeners.taskEnded(task);
            });
        } else {
            notBegun(task);
            after.complete(() -> {
                PoolException refusal = admission.refuse(why.get());
                task.completeExceptionally(refusal);
                logIfUnobserved(task, refusal);
                listeners.taskEnded(task);
            });
        }
    }

    /** The waiter has left the queue because its process has ended; a waiting thread learns that by itself. */
    void processEnded(Waiter<W> waiter, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        if (waiter instanceof AsyncWaiter<W> stage) {
            refuse(stage, admission.refusalOf(PoolRejectedException::new,
                    "the process " + stage.ownerPid() + " that asked for a worker has ended", null), after);
        }
    }

    /** The waiter has left the queue because its deadline is over: the exception for it. */
    Supplier<PoolException> whyExpired(Waiter<W> waiter) {
        assert core.isHeldByCurrentThread();
        return switch (waiter) {
            case PoolTask<W, ?> task -> admission.refusalOf(PoolRejectedException::new,
                    task + " was not begun within its deadline of " + task.options.deadline(), core.lastFailure());
            case BlockingWaiter<W> thread ->
                admission.checkoutTimedOut(thread.timeout, thread.owner().threadId, thread.ownerPid());
            case AsyncWaiter<W> stage ->
                admission.checkoutTimedOut(stage.timeout, Borrower.NO_THREAD, stage.ownerPid());
            default -> throw new AssertionError(waiter);
        };
    }

    void refuseAllWaiters(DeferredActions after, Supplier<PoolException> why) {
        assert core.isHeldByCurrentThread();
        refuseAll(waiting -> true, after, why);
        refuseDelayed(why, after);
    }

    void refuseAll(Predicate<Waiter<W>> which, DeferredActions after, Supplier<PoolException> why) {
        assert core.isHeldByCurrentThread();
        // first of all, so that no key is passed on to a task that is refused next
        for (PoolTask<W, ?> task : core.keys.firstWaiting(core.keys.waiting())) {
            if (which.test(task)) {
                core.dequeue(task);
                refuse(task, why, after);
            }
        }
        queue.forEach(waiting -> {
            if (which.test(waiting)) {
                core.dequeue(waiting);
                refuse(waiting, why, after);
            }
        });
    }

    /** The pool has shrunk: a caller that waits only for a new worker does not wait for a place that is gone. */
    void refuseUnserved(DeferredActions after) {
        assert core.isHeldByCurrentThread();
        while (refuseLastImpatient(workers.servable(),
                "the place in which a worker was to be made for the caller was given up", core.lastFailure(), after)) {
            // the next one
        }
    }

    /** Refuses waiters that wait only for a worker of their own: it can't be made. */
    void refuseImpatient(Throwable failure, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        refuseImpatient("the worker for the caller could not be made", failure, after);
    }

    /**
     * Refuses waiters that wait only for a worker of their own: none is made.
     *
     * @param why the reason
     */
    void refuseImpatient(String why, @Nullable Throwable failure, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        while (refuseLastImpatient(workers.coming(), why, failure, after)) {
            // the next one
        }
    }

    /**
     * Refuses the last waiter that waits only for a worker of its own, unless so many workers come that it gets one.
     * Waiters behind it do not matter.
     *
     * @return whether one was refused
     */
    private boolean refuseLastImpatient(
            int coming, String why, @Nullable Throwable failure, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        List<Waiter<W>> ahead = queue.upToLastImpatient(false);
        int patient = 0;
        int passive = 0;
        for (Waiter<W> waiting : ahead) {
            boolean quiet = waiting instanceof GroupRequest<W> request && request.isPassive();
            passive += quiet ? 1 : 0;
            patient += quiet || waiting.isImpatient() ? 0 : 1;
        }
        int unattended = ahead.size() - passive - Math.min(patient, workers.toBeRetried());
        if (ahead.isEmpty() || unattended <= coming + workers.soonFreePlaces()) {
            return false;
        }
        Waiter<W> last = ahead.getLast();
        core.dequeue(last);
        refuse(last, admission.refusalOf(WorkerUnavailableException::new, why, failure), after);
        return true;
    }

    /** Refuses waiters that take only an idle worker, if no worker is being checked that could serve them. */
    void refuseIdleOnly(DeferredActions after) {
        assert core.isHeldByCurrentThread();
        for (int surplus = queue.idleOnly() - workers.in(SlotState.CHECKING); surplus > 0; surplus--) {
            Waiter<W> last = queue.upToLastImpatient(true).getLast();
            core.dequeue(last);
            refuse(last, admission.noWorkerIsIdle(), after);
        }
    }

    /** Under the lock: those that wait for their next attempt, in no queue, are refused. */
    private void refuseDelayed(Supplier<PoolException> why, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        records.takeDelayed().forEach(task -> refuseWithTimer(task, why, after));
    }

    private void refuseWithTimer(PoolTask<W, ?> task, Supplier<PoolException> why, DeferredActions after) {
        if (task.extras().retryTimer instanceof Timer timer) {
            after.add(timer::cancel);
        }
        refuse(task, why, after);
        records.settled();
    }

    /** Under the lock: the stop of the pool does not wait for the delays of scheduled tasks. */
    void refuseScheduled(DeferredActions after) {
        assert core.isHeldByCurrentThread();
        List<PoolTask<W, ?>> scheduled = records.takeScheduled();
        if (!scheduled.isEmpty()) {
            Supplier<PoolException> why = admission.refusalOf(PoolStoppedException::new,
                    "the pool was stopped before the delay of the task was over", null);
            for (PoolTask<W, ?> task : scheduled) {
                records.lost().notBegun(task, context.clock().nanoTime());
                task.markReported();
                refuseWithTimer(task, why, after);
            }
        }
    }

    /** Under the lock: an accepted task is refused before a worker has begun with it. */
    void notBegun(PoolTask<?, ?> task) {
        assert core.isHeldByCurrentThread();
        if (!core.runsTasks()) {
            records.lost().notBegun(task, context.clock().nanoTime());
            task.markReported();
        }
    }

    /** After a task has got its failure, without the lock: the failure is logged unless a caller asks for it. */
    void logIfUnobserved(PoolTask<?, ?> task, Throwable failure) {
        if (task.isFailureUnobserved() && !task.isReported()) {
            unobserved.failed(task, failure);
        }
    }
}
