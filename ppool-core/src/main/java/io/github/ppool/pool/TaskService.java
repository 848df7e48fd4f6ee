package io.github.ppool.pool;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.ForeignCode;
import io.github.ppool.guard.StackReserve;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessExit;
import io.github.ppool.process.ReplySlot;
import io.github.ppool.restart.Decision;
import io.github.ppool.time.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Work that is handed over to a pool: how it is accepted, begun, ended, tried again and settled. The fields are guarded
 * by the engine's lock, under which it shares the places and the queue with those who borrow.
 */
final class TaskService<W> {

    private final PoolEngine<W> engine;
    /** How many were accepted, have no outcome yet, and are not in the queue. */
    private int unsettled;
    /** Those that wait for their next attempt. */
    private final Set<PoolTask<W, ?>> delayed = new HashSet<>();
    /** Those that have their outcome; what went well is counted by the processes, see {@link TaskCounts}. */
    private long failed;
    private long cancelled;
    private long rejected;
    private final LostTasks lost = new LostTasks();
    private final UnobservedFailures unseen;

    TaskService(PoolEngine<W> engine) {
        this.engine = engine;
        this.unseen = new UnobservedFailures(engine);
    }

    /** Guarded by the engine's lock. */
    LostTasks lost() {
        return lost;
    }

    UnobservedFailures unobserved() {
        return unseen;
    }

    <R extends @Nullable Object> Optional<Task<R>> run(PoolTask<W, R> task) {
        long now = engine.now();
        boolean accepted = false;
        @Nullable
        Supplier<PoolException> refusal;
        DeferredActions after = new DeferredActions();
        engine.lockEagerly();
        try {
            engine.reclaimBeforeWaiting(after);
            refusal = engine.refusal("run", false);
            if (refusal == null && engine.canServeOneMore()) {
                accept(task, now, after);
                accepted = true;
            }
        } finally {
            engine.unlock();
        }
        after.run(engine);
        if (refusal != null) {
            throw engine.refuse(refusal.get());
        }
        return accepted ? Optional.of(task) : Optional.empty();
    }

    <R extends @Nullable Object> Task<R> asyncQueue(PoolTask<W, R> task) {
        hand("asyncQueue", task, true);
        return task;
    }

    <R extends @Nullable Object> Task<R> syncQueue(PoolTask<W, R> task) {
        ReplySlot<Boolean> starter = new ReplySlot<>(engine.system().clock());
        task.setStarter(starter);
        hand("syncQueue", task, false);
        try {
            if (task.state() != TaskState.QUEUED || !engine.holdsWorker()) {
                starter.await();
            } else if (starter.await(engine.spec().checkoutTimeout()) == null && task.cancel()) {
                // who waits for a worker that he has himself must not wait for ever
                throw engine.refuse(engine.taskNotBegun(engine.spec().checkoutTimeout()).get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (task.cancel()) {
                throw engine.refuse(
                        new PoolInterruptedException("the caller of syncQueue was interrupted", engine.status(), null));
            }
        } catch (ProcessExit | StackOverflowError end) { // a virtual thread with a full stack can't be parked
            task.cancel();
            throw end;
        }
        PoolException refusal = task.refusal();
        if (refusal != null) {
            throw refusal;
        }
        return task;
    }

    /** Into the queue; where others wait already, and there is nothing to ask, without the lock. */
    private void hand(String what, PoolTask<W, ?> task, boolean patient) {
        StackReserve.forOperation(); // a task must not be in the queue of whose caller believes that it is not
        long now = engine.now();
        if (task.options.priority() == 0 && task.options.deadline() == null) {
            switch (engine.queue().join(task, now)) {
                case YES -> {
                    return;
                }
                case LATE -> {
                    admitLateJoiner(what, task, patient);
                    return;
                }
                case NOT -> {
                    // by the books
                }
            }
        }
        @Nullable
        Supplier<PoolException> refusal;
        DeferredActions after = new DeferredActions();
        engine.lockReservedEagerly();
        try {
            engine.drainDeferredReturns(after);
            engine.reclaimBeforeWaiting(after);
            refusal = engine.refusal(what, patient);
            if (refusal == null) {
                refusal = engine.refusalWhenFull(what, 0);
            }
            if (refusal == null) {
                accept(task, now, after);
                engine.openQueueIfSaturated();
            }
        } finally {
            engine.unlock();
        }
        after.run(engine);
        if (refusal != null) {
            throw engine.refuse(refusal.get());
        }
    }

    /**
     * The queue was closed at the moment at which the task joined it: what would have been asked before is asked now,
     * and those who saw it empty are told. If somebody has taken it out meanwhile, all was well.
     */
    private void admitLateJoiner(String what, PoolTask<W, ?> task, boolean patient) {
        @Nullable
        Supplier<PoolException> refusal = null;
        DeferredActions after = new DeferredActions();
        engine.lockReservedEagerly();
        try {
            engine.drainDeferredReturns(after);
            if (task.queued && task.attempts() == 0) { // else somebody has served it, if only for a first attempt
                engine.queue().countLate();
                refusal = engine.refusal(what, patient);
                if (refusal == null) {
                    refusal = engine.refusalWhenFull(what, 1);
                }
                if (refusal == null) {
                    engine.dispatchLateJoiner(after);
                    engine.openQueueIfSaturated();
                } else {
                    engine.dequeue(task);
                    engine.changed(after);
                }
            }
        } finally {
            engine.unlock();
        }
        after.run(engine);
        if (refusal != null) {
            throw engine.refuse(refusal.get());
        }
    }

    private void accept(PoolTask<W, ?> task, long nowNanos, DeferredActions after) {
        engine.enqueue(task, nowNanos, after);
        Duration deadline = task.options.deadline();
        if (deadline != null && task.queued) {
            engine.setDeadline(task, engine.clock().nanoTime() + PoolEngine.limitedNanos(deadline));
        }
    }

    /** Under the lock: a task has left the queue for a worker. */
    void assigned() {
        unsettled++;
    }

    /**
     * Ends the process that runs a task. Decided under the lock, together with the end itself: so it is this task that
     * the process has, and no task after it is hit.
     *
     * @return whether the signal was sent
     */
    boolean exit(PoolTask<W, ?> task, ExitReason reason) {
        return Boolean.TRUE.equals(engine.decided(after -> {
            Pid process = task.pidIfRunning();
            if (process == null || !process.isAlive() || !engine.runs(process, task)) {
                return false;
            }
            engine.endProcess(process, reason, after);
            return true;
        }));
    }

    /** The time of an attempt is over, unless the attempt is. */
    void timedOut(Slot<W> slot, PoolTask<W, ?> task, int attempt) {
        engine.lockedOnTimer(after -> {
            Pid process = task.pidIfRunning();
            if (process != null && process.equals(slot.pid) && task.equals(slot.task) && task.attempts() == attempt
                    && process.isAlive()) {
                task.markTimedOut();
                engine.endProcess(process, ExitReason.KILL, after);
            }
        });
    }

    /** Keeps a task from being run. */
    boolean cancel(PoolTask<W, ?> task) {
        return Boolean.TRUE.equals(engine.decided(after -> {
            if (!task.step(TaskState.QUEUED, TaskState.CANCELLED)) {
                return false;
            }
            cancelled++;
            if (!engine.dequeue(task)) {
                stopDelay(task, after);
                unsettled--;
            }
            engine.changed(after);
            return true;
        }));
    }

    private void stopDelay(PoolTask<W, ?> task, DeferredActions after) {
        if (delayed.remove(task) && task.extras().retryTimer instanceof Timer timer) {
            after.add(timer::cancel);
        }
    }

    /**
     * The worker's process begins with a task. Under the lock, because a process that is killed at this moment must not
     * begin with a task that goes to another one.
     */
    boolean begin(Slot<W> slot, Pid pid, PoolTask<W, ?> task, WorkerProcess<W> own) {
        long now = engine.now();
        boolean exactly = own.counts.hasRested(now);
        long begins = exactly ? engine.clock().nanoTime() : now;
        engine.lock();
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
            engine.unlock();
        }
    }

    private boolean beginAssigned(Pid pid, PoolTask<W, ?> task, long nowNanos, WorkerProcess<W> own) {
        engine.clearDeadline(task);
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
            WorkerProcess<W> own, DeferredActions after) {
        WorkerCommand next = null;
        boolean done;
        boolean told = false;
        boolean tells = engine.listeners().notifiesTaskEnds() || task.isObserved();
        long now = engine.now();
        long ran = (own.timesExactly ? engine.clock().nanoTime() : now) - task.beganAtNanos();
        engine.lockLeavingQueueOpen();
        try {
            if (!pid.equals(slot.pid) || !task.equals(slot.task) || !pid.isAlive()) {
                return null; // an end that comes now is what became of the task
            }
            slot.succeeded = true;
            done = task.step(TaskState.RUNNING, TaskState.DONE);
            if (done) {
                own.counts.ran(ran);
            } else {
                own.counts.ranInVain(ran);
            }
            told = tells && done && engine.isTaskFirst();
            PoolTask<W, ?> atOnce = done && !tells ? engine.pollNextTask(slot) : null;
            if (atOnce != null) {
                if (own.timesExactly) {
                    own.timesExactly = false;
                }
                atOnce.begin(pid, now, own.counts); // as many are unsettled as before
                next = atOnce;
            } else if (told) {
                unsettled--;
                slot.task = null; // and nobody else has the worker yet
            } else {
                if (done) {
                    unsettled--;
                }
                next = reassignOwn(slot, pid, now, after, own);
                own.beginNotifying(tells && slot.state == SlotState.IDLE);
            }
        } finally {
            engine.unlock();
        }
        if (done) {
            notifyOutcome(task, value);
        }
        if (told) {
            next = continueAfterNotifying(slot, pid, now, after, own);
        }
        after.run(engine);
        own.endNotifying();
        return next;
    }

    private <R extends @Nullable Object> void notifyOutcome(PoolTask<W, R> task, R value) {
        if (task.isObserved()) {
            ForeignCode.run(task, () -> task.complete(value)); // what depends on it
        } else {
            task.complete(value);
        }
        engine.listeners().taskEnded(task);
    }

    private @Nullable WorkerCommand reassignOwn(
            Slot<W> slot, Pid pid, long now, DeferredActions after, WorkerProcess<W> own) {
        engine.markIdleSince(slot);
        WorkerCommand next = reassignAndBegin(slot, pid, now, after, own);
        engine.changed(after);
        return next;
    }

    /** The process has told of a task while others waited, and is free now. */
    private @Nullable WorkerCommand continueAfterNotifying(
            Slot<W> slot, Pid pid, long now, DeferredActions after, WorkerProcess<W> own) {
        engine.lock();
        try {
            return pid.equals(slot.pid) && slot.state == SlotState.WORKING
                    ? reassignOwn(slot, pid, now, after, own)
                    : null;
        } finally {
            engine.unlock();
        }
    }

    /** As {@link PoolEngine#reassign} by the worker's own process, which begins with its next task in the same step. */
    private @Nullable WorkerCommand reassignAndBegin(
            Slot<W> slot, Pid pid, long nowNanos, DeferredActions after, WorkerProcess<W> own) {
        own.counts.rests(nowNanos); // unless it begins with another one
        WorkerCommand next = engine.reassign(slot, after, true);
        if (next instanceof PoolTask<?, ?> && slot.task != null && pid.isAlive()) {
            beginAssigned(pid, slot.task, nowNanos, own);
        }
        return next;
    }

    /** The worker's process has run a task that failed, and survives it. */
    @Nullable
    WorkerCommand taskFailed(Slot<W> slot, Pid pid, PoolTask<W, ?> task, Throwable failure, WorkerProcess<W> own) {
        DeferredActions after = new DeferredActions();
        WorkerCommand next = null;
        boolean told;
        long now = engine.now();
        engine.lock();
        try {
            if (!pid.equals(slot.pid) || !task.equals(slot.task) || !pid.isAlive()) {
                return null;
            }
            told = engine.isTaskFirst();
            if (told) {
                slot.task = null; // and nobody else has the worker yet
            } else {
                engine.markIdleSince(slot);
                next = reassignAndBegin(slot, pid, now, after, own);
                own.beginNotifying(slot.state == SlotState.IDLE);
            }
        } finally {
            engine.unlock();
        }
        settleFailure(task, failure, false);
        if (told) {
            next = continueAfterNotifying(slot, pid, now, after, own);
        }
        after.run(engine);
        own.endNotifying();
        return next;
    }

    /** The worker's process was handed a task that was cancelled in the meantime. */
    @Nullable
    WorkerCommand taskSkipped(Slot<W> slot, Pid pid, WorkerProcess<W> own) {
        DeferredActions after = new DeferredActions();
        WorkerCommand next = null;
        long now = engine.now();
        engine.lock();
        try {
            if (pid.equals(slot.pid) && slot.state == SlotState.WORKING) {
                next = reassignAndBegin(slot, pid, now, after, own);
                engine.changed(after);
            }
        } finally {
            engine.unlock();
        }
        after.run(engine);
        return next;
    }

    /**
     * An attempt has failed: the task's plan decides whether there is another one. Holds no lock, because plans are
     * foreign code.
     */
    private void settleFailure(PoolTask<W, ?> task, Throwable failure, boolean logged) {
        var policy = engine.spec().taskRestart();
        if (policy == null || !task.isRunning()) {
            fail(task, failure, logged);
            return;
        }
        PoolTask.TaskExtras course = task.extras();
        if (course.plan == null) {
            course.plan = policy.newState();
        }
        Decision decision = course.plan.next(
                ExitReason.failure(failure), engine.clock().nanoTime(), task.beganAtNanos(),
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
        engine.lock();
        try {
            if (engine.runsTasks()) {
                again = task.again();
                if (again && delay.isZero()) {
                    unsettled--;
                    engine.enqueue(task, engine.clock().nanoTime(), after);
                } else if (again) {
                    delayed.add(task);
                    task.extras().retryTimer = engine.clock().schedule(delay, () -> retry(task));
                }
            }
        } finally {
            engine.unlock();
        }
        after.run(engine);
        if (!again) {
            fail(task, failure, logged);
        }
    }

    private void retry(PoolTask<W, ?> task) {
        engine.lockedOnTimer(after -> {
            if (delayed.remove(task)) {
                unsettled--;
                engine.enqueue(task, engine.clock().nanoTime(), after);
            }
        });
    }

    private void fail(PoolTask<W, ?> task, Throwable failure, boolean logged) {
        boolean settled = Boolean.TRUE.equals(engine.decided(after -> {
            boolean counts = task.step(TaskState.RUNNING, TaskState.FAILED);
            if (counts) {
                failed++;
                unsettled--;
                engine.changed(after);
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
        ForeignCode.run(task, () -> task.completeExceptionally(failure)); // what depends on it
        if (!logged) {
            logIfUnobserved(task, failure);
        }
        engine.listeners().taskEnded(task);
    }

    /** After a task has got its failure, without the lock: the log tells of it unless somebody asks for it. */
    void logIfUnobserved(PoolTask<?, ?> task, Throwable failure) {
        if (task.isFailureUnobserved() && !task.isReported()) {
            unseen.failed(task, failure);
        }
    }

    /** Under the lock: an accepted task is refused before a worker has begun with it. */
    void notBegun(PoolTask<?, ?> task) {
        if (!engine.runsTasks()) {
            lost.notBegun(task, engine.clock().nanoTime());
            task.markReported();
        }
    }

    /** Under the lock, before the task is taken: what the reason of a dying process does not tell. */
    void noteWhyEnded(Slot<W> slot) {
        if (slot.overran != null) {
            slot.endedBecause = FailureText.of(slot.overran).toString(); // one of our own
        } else if (slot.task != null && slot.task.isTimedOut()) {
            slot.endedBecause = slot.task + " ran longer than its time-out";
        }
    }

    /**
     * The task that a dying process leaves behind, if it had begun with it: {@link #settleCrashed} is to follow,
     * without the lock. One that it had not begun with was not attempted: it goes back to the head of the queue, or is
     * refused if that is no longer served.
     *
     * @param ended whether the process was ended, and has no failure of its own
     */
    @Nullable
    PoolTask<W, ?> takeTask(Slot<W> slot, boolean ended, DeferredActions after) {
        PoolTask<W, ?> task = slot.task;
        slot.task = null;
        if (task == null) {
            return null;
        }
        if (task.isRunning()) {
            if (ended && engine.isStopped()) {
                lost.killed(task, engine.clock().nanoTime());
                task.markReported();
            }
            if (engine.spec().taskRestart() == null && task.step(TaskState.RUNNING, TaskState.FAILED)) {
                failed++;
                unsettled--; // at once; with a plan that decides later, because plans are foreign code
            }
            return task;
        }
        if (task.state() == TaskState.QUEUED) {
            unsettled--;
            if (engine.runsTasks()) {
                engine.requeueFirst(task);
            } else {
                task.refused(
                        engine,
                        engine.refusalOf(PoolStoppedException::new, "the pool was stopped before the task began",
                                engine.lastFailure()),
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
     * An attempt has failed by itself; what that means for its task is decided later. On the worker's process, which
     * takes the lock soon: then others see the number.
     */
    void attemptFailed(PoolTask<W, ?> task, WorkerProcess<W> own) {
        own.counts.ranInVain((own.timesExactly ? engine.clock().nanoTime() : engine.now()) - task.beganAtNanos());
    }

    /** Under the lock: an accepted task was rejected. */
    void rejected() {
        rejected++;
    }

    /** Under the lock. */
    PoolStatus.Tasks counts() {
        TaskCounts all = engine.workers().tasks();
        return new PoolStatus.Tasks(all.done(), failed, cancelled, rejected, all.waits(), all.attempts());
    }

    /** Under the lock: nothing that was accepted is without its outcome. */
    boolean allSettled() {
        return unsettled == 0;
    }

    /** Under the lock: those that wait for their next attempt, in no queue, are refused. */
    void refuseDelayed(Supplier<PoolException> why, DeferredActions after) {
        for (PoolTask<W, ?> task : delayed) {
            if (task.extras().retryTimer instanceof Timer timer) {
                after.add(timer::cancel);
            }
            task.refused(engine, why, after);
            unsettled--;
        }
        delayed.clear();
    }

    /**
     * For tests, under the lock: checks the invariants of the tasks that have left the queue.
     *
     * @param slots all slots of the pool
     * @param atRest whether no thread is between two steps of a task
     * @return the first one that does not hold, or null
     */
    @Nullable
    String brokenInvariant(Collection<Slot<W>> slots, boolean atRest) {
        int assigned = 0;
        for (Slot<W> slot : slots) {
            PoolTask<W, ?> task = slot.task;
            if (task != null && !task.state().isFinal()) {
                assigned++;
                if (delayed.contains(task)) {
                    return task + " is assigned to " + slot + " and delayed";
                }
            }
        }
        for (PoolTask<W, ?> task : delayed) {
            if (task.state() != TaskState.QUEUED || task.queued || task.extras().retryTimer == null) {
                return task + " is not to be delayed";
            }
        }
        int known = assigned + delayed.size();
        return unsettled < known || (atRest && unsettled > known)
                ? unsettled + " tasks are unsettled, " + assigned + " assigned and " + delayed.size() + " delayed"
                : null;
    }
}
