package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.ForeignCode;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.pool.TaskState;
import io.github.ppool.pool.WorkerExitException;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessExit;
import io.github.ppool.restart.Decision;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of tasks, on the processes of workers: an attempt begins, ends well or fails, and its task is done, is
 * tried again, or has failed.
 */
final class TaskAttempts<W> {

    private final PoolContext<W> context;
    private final PoolCore<W> core;
    private final TaskRecords<W> records;
    private final Admission<W> admission;
    private final Waiters<W> waiters;
    private final KeyTurns<W> turns;
    private final MonotonicClock clock;
    private final PoolSpec<W> spec;
    private final ListenerNotifier listeners;

    TaskAttempts(PoolContext<W> context, PoolCore<W> core, TaskRecords<W> records, Admission<W> admission,
            Waiters<W> waiters, KeyTurns<W> turns) {
        this.context = context;
        this.core = core;
        this.records = records;
        this.admission = admission;
        this.waiters = waiters;
        this.turns = turns;
        this.clock = context.clock();
        this.spec = context.spec();
        this.listeners = context.listeners();
    }

    /**
     * The worker's process begins with a task. Under the lock, because a process that is killed at this moment must not
     * begin with a task that goes to another one.
     */
    boolean begin(Slot<W> slot, Pid pid, PoolTask<W, ?> task, WorkerInbox<W> own) {
        long now = context.now();
        boolean exactly = own.counts.hasRested(now);
        long begins = exactly ? clock.nanoTime() : now;
        core.lock();
        try {
            if (!pid.equals(slot.pid) || !task.equals(slot.task) || !beginAssigned(pid, task, now, own)) {
                return false;
            }
            if (exactly) {
                task.beganExactly(begins);
                own.timesExactly = true;
            }
            return true;
        } finally {
            core.unlock();
        }
    }

    private boolean beginAssigned(Pid pid, PoolTask<W, ?> task, long nowNanos, WorkerInbox<W> own) {
        assert core.isHeldByCurrentThread();
        core.clearDeadline(task);
        own.timesExactly = false;
        return task.begin(pid, nowNanos, own.counts);
    }

    /**
     * The worker's process has run a task well. The worker is free before the outcome is told, unless a task is the
     * first in the queue: that task would begin on this process, and must not wait for the dependents of this outcome.
     *
     * @param own the process that calls
     * @param after its own, empty, so that there need not be a new one for each task
     */
    <R extends @Nullable Object> @Nullable WorkerCommand taskDone(Slot<W> slot, Pid pid, PoolTask<W, R> task, R value,
            WorkerInbox<W> own, DeferredActions after) {
        // Small enough to be compiled into its caller; so are its callees before it returns with the next task.
        boolean tells = listeners.notifiesTaskEnds() || task.isObserved();
        long now = context.now();
        long ran = (own.timesExactly ? clock.nanoTime() : now) - task.beganAtNanos();
        WorkerCommand next = null;
        boolean done;
        boolean atOnce = false;
        core.lockLeavingQueueOpen();
        try {
            if (!pid.equals(slot.pid) || !task.equals(slot.task) || !pid.isAlive()) {
                return null; // an end that comes now is the outcome of the task
            }
            slot.markSucceeded();
            done = task.step(TaskState.RUNNING, TaskState.DONE);
            own.counts.ended(ran, done);
            PoolTask<W, ?> first = done && !tells ? nextAtOnce(slot, task) : null;
            if (first != null) {
                own.timesExactly = false;
                first.begin(pid, now, own.counts); // as many are unsettled as before
                next = first;
                atOnce = true;
            } else {
                next = free(slot, pid, task, done, tells, now, own, after);
            }
        } finally {
            core.unlock();
        }
        if (done) {
            notifyOutcome(task, value, after);
        }
        return atOnce ? next : goOn(slot, pid, done && task.equals(next), next, now, own, after);
    }

    private @Nullable PoolTask<W, ?> nextAtOnce(Slot<W> slot, PoolTask<W, ?> task) {
        return task.isKeyed() ? turns.nextAtOnce(slot, task) : core.pollNextTask(slot);
    }

    /**
     * Gives the worker of a task that has ended its next work, unless the process is to tell the outcome before.
     *
     * @return the next command, or the task itself if the outcome is to be told before
     */
    private @Nullable WorkerCommand free(Slot<W> slot, Pid pid, PoolTask<W, ?> task, boolean done, boolean tells,
            long now, WorkerInbox<W> own, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        if (done) {
            records.settled();
            if (task.isKeyed()) {
                turns.done(slot, task, tells, after);
            }
        }
        if (tells && done && core.isTaskFirst()) {
            slot.setTask(null); // and no other caller has the worker yet
            return task;
        }
        WorkerCommand next = reassignOwn(slot, pid, now, after, own);
        if (task.isKeyed()) {
            turns.dispatchIfLeft(next, after);
        }
        own.beginNotifying(tells && slot.state == SlotState.IDLE);
        return next;
    }

    /**
     * After the end of a task that no other one follows at once.
     *
     * @param told true if the outcome was told before the worker is free
     * @param freed the next command of a worker that is free already
     */
    private @Nullable WorkerCommand goOn(Slot<W> slot, Pid pid, boolean told, @Nullable WorkerCommand freed, long now,
            WorkerInbox<W> own, DeferredActions after) {
        WorkerCommand next = told ? continueAfterNotifying(slot, pid, now, after, own) : freed;
        after.run(context);
        core.endNotifying(own);
        return next;
    }

    private <R extends @Nullable Object> void notifyOutcome(PoolTask<W, R> task, R value, DeferredActions after) {
        if (task.isKeyed()) {
            after.runWithoutForeignCode(context); // the next task of the key may be with another worker
        }
        if (task.isObserved()) {
            ForeignCode.run(task, () -> task.complete(value)); // runs the dependent stages
        } else {
            task.complete(value);
        }
        listeners.taskEnded(task);
    }

    private @Nullable WorkerCommand reassignOwn(
            Slot<W> slot, Pid pid, long now, DeferredActions after, WorkerInbox<W> own) {
        assert core.isHeldByCurrentThread();
        core.markIdleSince(slot);
        WorkerCommand next = reassignAndBegin(slot, pid, now, after, own);
        core.changed(after);
        return next;
    }

    /** The process has told of a task while others waited, and is free now. */
    private @Nullable WorkerCommand continueAfterNotifying(
            Slot<W> slot, Pid pid, long now, DeferredActions after, WorkerInbox<W> own) {
        core.lock();
        try {
            return pid.equals(slot.pid) && slot.state == SlotState.WORKING
                    ? reassignOwn(slot, pid, now, after, own)
                    : null;
        } finally {
            core.unlock();
        }
    }

    /** As {@link PoolCore#reassign} by the worker's own process, which begins with its next task in the same step. */
    private @Nullable WorkerCommand reassignAndBegin(
            Slot<W> slot, Pid pid, long nowNanos, DeferredActions after, WorkerInbox<W> own) {
        assert core.isHeldByCurrentThread();
        own.counts.rests(nowNanos); // unless it begins with another one
        WorkerCommand next = core.reassign(slot, after, true);
        if (next instanceof PoolTask<?, ?> && slot.task != null && pid.isAlive()) {
            beginAssigned(pid, slot.task, nowNanos, own);
        }
        return next;
    }

    /** The worker's process has run a task that failed, and survives it. */
    @Nullable
    WorkerCommand taskFailed(Slot<W> slot, Pid pid, PoolTask<W, ?> task, Throwable failure, WorkerInbox<W> own) {
        DeferredActions after = new DeferredActions();
        WorkerCommand next = null;
        boolean told;
        long now = context.now();
        core.lock();
        try {
            if (!pid.equals(slot.pid) || !task.equals(slot.task) || !pid.isAlive()) {
                return null;
            }
            if (task.isKeyed()) {
                turns.servedBy(task, slot);
            }
            told = core.isTaskFirst();
            if (told) {
                slot.setTask(null); // and no other caller has the worker yet
            } else {
                core.markIdleSince(slot);
                next = reassignAndBegin(slot, pid, now, after, own);
                own.beginNotifying(slot.state == SlotState.IDLE);
            }
        } finally {
            core.unlock();
        }
        settleFailure(task, failure, false);
        if (told) {
            next = continueAfterNotifying(slot, pid, now, after, own);
        }
        after.run(context);
        core.endNotifying(own);
        return next;
    }

    /** The worker's process was handed a task that was cancelled in the meantime. */
    @Nullable
    WorkerCommand taskSkipped(Slot<W> slot, Pid pid, WorkerInbox<W> own) {
        DeferredActions after = new DeferredActions();
        WorkerCommand next = null;
        long now = context.now();
        core.lock();
        try {
            if (pid.equals(slot.pid) && slot.state == SlotState.WORKING) {
                next = reassignAndBegin(slot, pid, now, after, own);
                core.changed(after);
            }
        } finally {
            core.unlock();
        }
        after.run(context);
        return next;
    }

    /**
     * An attempt has failed: the task's plan decides whether there is another one. Holds no lock, because plans are
     * foreign code.
     */
    private void settleFailure(PoolTask<W, ?> task, Throwable failure, boolean logged) {
        RestartPolicy policy = task.restart(spec);
        if (policy == null || !task.isRunning()) {
            fail(task, failure, logged);
            return;
        }
        PoolTask.TaskExtras course = task.extras();
        if (course.plan == null) {
            course.plan = policy.newState();
        }
        Decision decision = course.plan.next(
                ExitReason.failure(failure), clock.nanoTime(), task.beganAtNanos(),
                ThreadLocalRandom.current());
        switch (decision) {
            case Decision.RestartNow now -> requeue(task, Duration.ZERO, failure, logged);
            case Decision.RestartAfter later -> requeue(task, later.delay(), failure, logged);
            default -> fail(task, failure, logged);
        }
    }

    private void requeue(PoolTask<W, ?> task, Duration delay, Throwable failure, boolean logged) {
        DeferredActions after = new DeferredActions();
        boolean again = false;
        core.lock();
        try {
            if (core.runsTasks()) {
                again = task.again();
                if (again && delay.isZero() && turns.mayGoOn(task)) {
                    records.settled();
                    turns.requeue(task, clock.nanoTime(), after);
                } else if (again) {
                    records.delay(task);
                    turns.delayed(task, after);
                    task.delayTimer(clock.schedule(delay, () -> retry(task)));
                }
            }
        } finally {
            core.unlock();
        }
        after.run(context);
        if (!again) {
            fail(task, failure, logged);
        }
    }

    private void retry(PoolTask<W, ?> task) {
        core.lockedOnTimer(after -> {
            if (records.isDelayed(task) && turns.mayReturn(task, () -> retry(task), after)
                    && records.undelay(task)) {
                records.settled();
                turns.requeue(task, clock.nanoTime(), after);
            }
        });
    }

    private void fail(PoolTask<W, ?> task, Throwable failure, boolean logged) {
        boolean settled = Boolean.TRUE.equals(core.decided(after -> {
            boolean counts = task.step(TaskState.RUNNING, TaskState.FAILED);
            if (counts) {
                records.failed();
                turns.ended(task, after);
                core.changed(after);
            }
            return counts;
        }));
        if (settled) {
            notifyFailure(task, failure, logged);
        }
    }

    /**
     * Tells of a failure.
     *
     * @param logged whether the log has it already, as the crash of the worker
     */
    private void notifyFailure(PoolTask<W, ?> task, Throwable failure, boolean logged) {
        // The process may have been killed after it was given the task and before it looked at it: it told no begin.
        ForeignCode.run(task, task::releaseStarter);
        ForeignCode.run(task, () -> task.completeExceptionally(failure)); // runs the dependent stages
        if (!logged) {
            waiters.logIfUnobserved(task, failure);
        }
        listeners.taskEnded(task);
    }

    /** Under the lock, before the task is taken: notes the cause of an end, beyond the reason of the dying process. */
    void noteWhyEnded(Slot<W> slot) {
        assert core.isHeldByCurrentThread();
        if (slot.overran != null) {
            slot.markEndedBecause(FailureText.of(slot.overran).toString()); // one of our own
        } else if (slot.task != null && slot.task.isTimedOut()) {
            slot.markEndedBecause(slot.task + " ran longer than its time-out");
        }
    }

    /**
     * The task that a dying process leaves behind, if it had begun with it: {@link #settleCrashed} is to follow,
     * without the lock. One that it had not begun with was not attempted: it goes back to the head of the queue, or is
     * refused if that is no longer served.
     *
     * @param runsOn the process, if its thread may still run the task; null if the thread has left it
     * @param ended whether the process was ended, and has no failure of its own
     */
    @Nullable
    PoolTask<W, ?> takeTask(Slot<W> slot, @Nullable Pid runsOn, boolean ended, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        PoolTask<W, ?> task = slot.task;
        slot.setTask(null);
        if (task == null) {
            return null;
        }
        if (task.isRunning()) {
            turns.processEnded(task, runsOn, after);
            if (ended && core.isStopped()) {
                records.lost().killed(task, clock.nanoTime());
                task.markReported();
            }
            if (task.restart(spec) == null && task.step(TaskState.RUNNING, TaskState.FAILED)) {
                turns.ended(task, after);
                records.failed(); // at once; with a plan that decides later, because plans are foreign code
            }
            return task;
        }
        if (task.state() == TaskState.QUEUED) {
            records.settled();
            if (task.isBound()) {
                waiters.refuse(task, admission.refusalOf(PoolStoppedException::new,
                        "the worker has ended before the task began", core.lastFailure()), after);
            } else if (core.runsTasks()) {
                core.requeueFirst(task);
            } else {
                waiters.refuse(
                        task,
                        admission.refusalOf(PoolStoppedException::new, "the pool was stopped before the task began",
                                core.lastFailure()),
                        after);
            }
        }
        return null;
    }

    /** The process that had begun with a task has ended, or is about to. Holds no lock. */
    void settleCrashed(PoolTask<W, ?> task, Pid pid, ExitReason reason, @Nullable Throwable thrown) {
        task.cancelTimeout();
        Throwable failure;
        if (task.isTimedOut()) {
            failure = new TimeoutException(task + " ran longer than its time-out; its process " + pid + " was killed");
        } else if (thrown != null && !(thrown instanceof ProcessExit)) {
            failure = thrown;
        } else {
            failure = new WorkerExitException(pid, reason);
        }
        boolean logged = !reason.isOrderly(); // as the crash of the worker
        if (task.isRunning()) {
            settleFailure(task, failure, logged);
        } else {
            notifyFailure(task, failure, logged); // it has failed already
        }
    }

    /**
     * An attempt has failed by itself; the consequence for its task is decided later. On the worker's process, which
     * takes the lock soon: then others see the number.
     */
    void attemptFailed(PoolTask<W, ?> task, WorkerInbox<W> own) {
        own.counts.ranInVain((own.timesExactly ? clock.nanoTime() : context.now()) - task.beganAtNanos());
    }

    /** The time of an attempt is over, unless the attempt is. */
    void timedOut(Slot<W> slot, PoolTask<W, ?> task, int attempt) {
        core.lockedOnTimer(after -> {
            Pid process = task.pidIfRunning();
            if (process != null && process.equals(slot.pid) && task.equals(slot.task) && task.attempts() == attempt
                    && process.isAlive()) {
                task.markTimedOut();
                context.endProcess(process, ExitReason.KILL, after);
            }
        });
    }
}
