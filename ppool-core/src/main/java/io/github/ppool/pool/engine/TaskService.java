package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.guard.StackReserve;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolInterruptedException;
import io.github.ppool.pool.PoolRejectedException;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskState;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessExit;
import io.github.ppool.process.ReplySlot;
import io.github.ppool.time.MonotonicClock;
import io.github.ppool.time.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that callers hand over: how a task is accepted, waits, and is cancelled. {@link TaskAttempts} runs it.
 */
final class TaskService<W> extends PoolTask.Control {

    private final PoolContext<W> context;
    private final PoolCore<W> core;
    private final TaskRecords<W> records;
    private final Admission<W> admission;
    private final StatusSnapshot<W> snapshots;
    private final WaitTimeouts<W> timeouts;
    private final AbandonedLeases<W> abandoned;
    private final KeyTurns<W> turns;
    private final Waiters<W> waiters;
    private final Shedding<W> shedding;
    private final MonotonicClock clock;
    private final PoolSpec<W> spec;
    private final WaitQueue<W> queue;

    TaskService(PoolContext<W> context, PoolCore<W> core, TaskRecords<W> records, Admission<W> admission,
            StatusSnapshot<W> snapshots, WaitTimeouts<W> timeouts, AbandonedLeases<W> abandoned, KeyTurns<W> turns,
            Waiters<W> waiters, Shedding<W> shedding) {
        super(context.name(), context.listeners());
        this.context = context;
        this.core = core;
        this.records = records;
        this.admission = admission;
        this.snapshots = snapshots;
        this.timeouts = timeouts;
        this.abandoned = abandoned;
        this.turns = turns;
        this.waiters = waiters;
        this.shedding = shedding;
        this.clock = context.clock();
        this.spec = context.spec();
        this.queue = core.queue;
    }

    <R extends @Nullable Object> Optional<Task<R>> run(PoolTask<W, R> task) {
        if (task.isKeyed() && !task.isKeyedByGroup()) {
            StackReserve.forOperation();
            return handKeyed("run", task, false, true) ? Optional.of(task) : Optional.empty();
        }
        long now = context.now();
        boolean accepted = false;
        @Nullable
        Supplier<PoolException> refusal;
        DeferredActions after = new DeferredActions();
        core.lockEagerly();
        try {
            abandoned.reclaimBeforeWaiting(after);
            refusal = admission.refusal("run", false);
            if (refusal == null && admission.canServeOneMore()) {
                accept(task, now, after);
                accepted = true;
            } else if (refusal == null) {
                core.refusedByRate();
                refusal = admission.refusalByGate("run");
            }
        } finally {
            core.unlock();
        }
        after.run(context);
        if (refusal != null) {
            throw admission.refuse(refusal.get());
        }
        return accepted ? Optional.of(task) : Optional.empty();
    }

    <R extends @Nullable Object> Task<R> asyncQueue(PoolTask<W, R> task) {
        hand("asyncQueue", task, true);
        return task;
    }

    <R extends @Nullable Object> Task<R> syncQueue(PoolTask<W, R> task) {
        ReplySlot<Boolean> starter = new ReplySlot<>(clock);
        task.setStarter(starter);
        boolean waits = hand("syncQueue", task, false);
        try {
            if (!waits || task.state() != TaskState.QUEUED || !admission.holdsWorker()) {
                starter.await();
            } else if (starter.await(spec.checkoutTimeout()) == null && task.cancel()) {
                // a caller that waits for a worker of its own must not wait for ever
                throw admission.refuse(admission.taskNotBegun(spec.checkoutTimeout()).get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (task.cancel()) {
                throw admission.refuse(
                        new PoolInterruptedException("the caller of syncQueue was interrupted", snapshots.status(),
                                null));
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

    /** Takes a task over that joins the queue when its delay is over; until then it does not hold its key. */
    <R extends @Nullable Object> Task<R> schedule(PoolTask<W, R> task, Duration delay) {
        if (delay.isNegative() || delay.isZero()) {
            hand("schedule", task, true);
            return task;
        }
        StackReserve.forOperation();
        KeySearch<KeyChain<W>> search = task.isKeyed() ? new KeySearch<>(task.keyPlace().key) : null;
        while (true) {
            @Nullable
            Supplier<PoolException> refusal = null;
            boolean found;
            core.lockReservedEagerly();
            try {
                found = search == null || core.keys.find(search);
                if (found) {
                    refusal = refusalOfSchedule();
                }
                if (found && refusal == null) {
                    task.waitsSince(clock.nanoTime());
                    queue.number(task);
                    if (search != null) {
                        core.keys.putOff(task, search.found());
                    }
                    task.dueAt(clock.deadlineAfter(delay));
                    records.schedule(task);
                    task.delayTimer(clock.schedule(delay, () -> due(task)));
                }
            } finally {
                core.unlock();
            }
            if (refusal != null) {
                throw admission.refuse(refusal.get());
            }
            if (found || search == null) {
                return task;
            }
            search.compare();
        }
    }

    private @Nullable Supplier<PoolException> refusalOfSchedule() {
        Supplier<PoolException> refusal = admission.refusal("schedule", true);
        if (refusal == null && records.scheduled() >= spec.queueCapacity()) {
            refusal = admission.refusalOf(PoolRejectedException::queueFull, "schedule was refused: queue-capacity "
                    + spec.queueCapacity() + " is reached by scheduled tasks", null);
        }
        return refusal;
    }

    /** The delay of a scheduled task is over. On the thread of a timer. */
    private void due(PoolTask<W, ?> task) {
        core.lockedOnTimer(after -> {
            if (!records.undelay(task)) {
                return; // cancelled, or the pool was stopped
            }
            records.settled();
            Supplier<PoolException> refusal = admission.refusal("a scheduled task", true);
            if (refusal == null) {
                refusal = core.keys.mustWait(task)
                        ? admission.refusalOfKeyWhenFull("a scheduled task", permitIn(task.keyPlace().chain))
                        : shedding.refusalWhenFull("a scheduled task", task, clock.nanoTime(), after);
            }
            if (refusal != null) {
                waiters.refuse(task, refusal, after);
                core.changed(after);
            } else if (task.isKeyed()) {
                turns.due(task, clock.nanoTime(), after);
                setDeadline(task);
            } else {
                accept(task, clock.nanoTime(), after);
            }
        });
    }

    /**
     * Into the queue; where others wait already, and no check is needed, without the lock.
     *
     * @return false if the task has a worker; true if it may have to wait for one
     */
    private boolean hand(String what, PoolTask<W, ?> task, boolean patient) {
        StackReserve.forOperation(); // no task may be in the queue while its caller believes that it was refused
        long now = context.now();
        if (task.joins()) {
            switch (queue.join(task, now)) {
                case YES -> {
                    return true;
                }
                case LATE -> {
                    admitLateJoiner(what, task, patient);
                    return true;
                }
                case NOT -> {
                    // with the lock
                }
            }
        }
        if (task.isKeyed()) {
            handKeyed(what, task, patient, false);
            return true;
        }
        boolean waits = true;
        @Nullable
        Supplier<PoolException> refusal;
        DeferredActions after = new DeferredActions();
        core.lockReservedEagerly();
        try {
            core.drainDeferredReturns(after);
            abandoned.reclaimBeforeWaiting(after);
            refusal = admission.refusal(what, patient);
            if (refusal == null) {
                refusal = shedding.refusalWhenFull(what, task, now, after);
            }
            if (refusal == null) {
                accept(task, now, after);
                waits = task.queued;
                admission.openQueueIfSaturated();
            }
        } finally {
            core.unlock();
        }
        after.run(context);
        if (refusal != null) {
            throw admission.refuse(refusal.get());
        }
        return waits;
    }

    /**
     * Hands over a task with a key. The lock is released for each comparison of keys, which is foreign code.
     *
     * @param atOnce true to accept the task only if it need not wait, neither for its key nor for a worker
     * @return whether the task was accepted
     */
    private boolean handKeyed(String what, PoolTask<W, ?> task, boolean patient, boolean atOnce) {
        long now = context.now();
        KeySearch<KeyChain<W>> search = new KeySearch<>(task.keyPlace().key);
        while (true) {
            @Nullable
            Supplier<PoolException> refusal = null;
            boolean accepted = false;
            boolean found;
            DeferredActions after = new DeferredActions();
            core.lockReservedEagerly();
            try {
                found = core.keys.find(search);
                if (found) {
                    core.drainDeferredReturns(after);
                    abandoned.reclaimBeforeWaiting(after);
                    boolean waits = search.found() != null && !search.found().isFree();
                    refusal = admission.refusal(what, patient);
                    if (refusal == null && atOnce) {
                        accepted = !waits && admission.canServeOneMore();
                        refusal = accepted || waits ? null : admission.refusalByGate(what);
                    } else if (refusal == null) {
                        refusal = waits
                                ? admission.refusalOfKeyWhenFull(what, permitIn(search.found()))
                                : shedding.refusalWhenFull(what, task, now, after);
                        accepted = refusal == null;
                    }
                    if (accepted) {
                        turns.accept(task, search.found(), now, after);
                        setDeadline(task);
                        admission.openQueueIfSaturated();
                    }
                }
            } finally {
                core.unlock();
            }
            after.run(context);
            if (refusal != null) {
                throw admission.refuse(refusal.get());
            }
            if (found) {
                return accepted;
            }
            search.compare();
        }
    }

    private static Duration permitIn(@Nullable KeyChain<?> chain) {
        return chain == null || chain.pace == null ? Duration.ZERO : chain.pace.permitIn();
    }

    /**
     * The queue was closed at the moment at which the task joined it: the checks are made now, and threads that saw the
     * queue as empty are told. If a worker has taken the task meanwhile, there is no more work.
     */
    private void admitLateJoiner(String what, PoolTask<W, ?> task, boolean patient) {
        @Nullable
        Supplier<PoolException> refusal = null;
        DeferredActions after = new DeferredActions();
        core.lockReservedEagerly();
        try {
            core.drainDeferredReturns(after);
            if (task.queued && task.attempts() == 0) { // else a worker has served it, if only for a first attempt
                queue.countLate();
                refusal = admission.refusal(what, patient);
                if (refusal == null) {
                    refusal = admission.refusalWhenFull(what, 1);
                }
                if (refusal == null) {
                    core.dispatchLateJoiner(after);
                    admission.openQueueIfSaturated();
                } else {
                    core.dequeue(task);
                    core.changed(after);
                }
            }
        } finally {
            core.unlock();
        }
        after.run(context);
        if (refusal != null) {
            throw admission.refuse(refusal.get());
        }
    }

    private void accept(PoolTask<W, ?> task, long nowNanos, DeferredActions after) {
        core.enqueue(task, nowNanos, after);
        setDeadline(task);
    }

    private void setDeadline(PoolTask<W, ?> task) {
        Duration deadline = task.options.deadline();
        if (deadline != null && (task.queued || core.keys.isWaiting(task))) {
            timeouts.setDeadline(task, clock.nanoTime() + PoolContext.limitedNanos(deadline));
        }
    }

    /**
     * Ends the process that runs a task. Decided under the lock, together with the end itself: so it is this task that
     * the process has, and no task after it is hit.
     *
     * @return whether the signal was sent
     */
    @Override
    boolean exit(PoolTask<?, ?> any, ExitReason reason) {
        PoolTask<W, ?> task = own(any);
        return Boolean.TRUE.equals(core.decided(after -> {
            Pid process = task.pidIfRunning();
            if (process == null || !process.isAlive() || !core.runs(process, task)) {
                return false;
            }
            context.endProcess(process, reason, after);
            return true;
        }));
    }

    /** Keeps a task from being run. */
    @Override
    boolean cancel(PoolTask<?, ?> any) {
        PoolTask<W, ?> task = own(any);
        return Boolean.TRUE.equals(core.decided(after -> {
            if (!task.step(TaskState.QUEUED, TaskState.CANCELLED)) {
                return false;
            }
            records.cancelled();
            if (!core.dequeue(task) && !core.keys.isWaiting(task)) {
                stopDelay(task, after);
                records.settled();
            }
            turns.ended(task, after);
            core.changed(after);
            return true;
        }));
    }

    private void stopDelay(PoolTask<W, ?> task, DeferredActions after) {
        if (records.undelay(task) && task.extras().retryTimer instanceof Timer timer) {
            after.add(timer::cancel);
        }
    }

    @Override
    void lock() {
        StackReserve.forLock();
        core.lockLeavingQueueOpen();
    }

    @Override
    void unlock() {
        core.unlock();
    }

    @SuppressWarnings("unchecked") // a task asks its own pool
    private PoolTask<W, ?> own(PoolTask<?, ?> task) {
        return (PoolTask<W, ?>) task;
    }
}
