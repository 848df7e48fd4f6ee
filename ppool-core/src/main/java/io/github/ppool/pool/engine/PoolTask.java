package io.github.ppool.pool.engine;

import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.ForeignCode;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.pool.TaskState;
import io.github.ppool.pool.WorkerAction;
import io.github.ppool.pool.WorkerFunction;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ReplySlot;
import io.github.ppool.restart.PlanState;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.time.Timer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A task on its way through the pool.
 *
 * <p>{@code state}: QUEUED → RUNNING by the worker's process that begins with it; RUNNING → QUEUED when it failed and
 * its plan gives it another attempt; QUEUED → CANCELLED or REJECTED; RUNNING → DONE or FAILED. Each step is taken under
 * the engine's lock, so the thread that brings the outcome is alone with it. A task that is cancelled at the moment at
 * which a worker begins is either run or not. All other fields are guarded by that lock too, or written once before
 * others see them, but for {@code outcome}.
 *
 * <p>{@link #result} is made of {@code outcome}. Callers may never ask for it, and millions of tasks may wait, so it is
 * made late. {@code null} (no outcome, no question) → a {@link TaskOutcome} by the first caller that asks → settled by
 * the thread that brings the outcome; or {@code null} → the outcome itself → a {@link TaskOutcome} that is settled.
 * Each arrow from {@code null} is one compare-and-set, so the two sides always meet. For a task without a result
 * {@code null} stays if it is done and no caller has asked. A caller asks under the lock under which the task becomes
 * DONE. So it either finds the task DONE or is found when the task is.
 */
final class PoolTask<W, R extends @Nullable Object> extends Waiter<W> implements Task<R>, WorkerCommand {

    private static final VarHandle STATE;
    private static final VarHandle PID;
    private static final VarHandle OUTCOME;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(PoolTask.class, "state", byte.class);
            PID = lookup.findVarHandle(PoolTask.class, "pid", Pid.class);
            OUTCOME = lookup.findVarHandle(PoolTask.class, "outcome", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final TaskState[] STATES = TaskState.values();
    private static final byte QUEUED = (byte) TaskState.QUEUED.ordinal();
    private static final byte RUNNING = (byte) TaskState.RUNNING.ordinal();
    private static final byte DONE = (byte) TaskState.DONE.ordinal();
    private static final byte REJECTED = (byte) TaskState.REJECTED.ordinal();

    private static final byte WITH_RESULT = 1;
    /** No check is needed when it joins the queue: usual priority, no deadline, no key. */
    private static final byte JOINS = 2;
    private static final byte KEYED = 4;
    /** It runs on the worker that it was given to, and on no other. */
    private static final byte BOUND = 8;

    private final Control control;
    /**
     * A {@link WorkerFunction}, or a {@link WorkerAction} if there is no result: a million tasks may wait, so none
     * is wrapped.
     */
    private final Object work;
    final TaskOptions options;
    /**
     * Some of {@link #WITH_RESULT}, {@link #JOINS}, {@link #KEYED} and {@link #BOUND}; one byte, because a million
     * tasks may wait.
     */
    private final byte traits;

    // written under the engine's lock with release, read by all threads
    /** The ordinal: a reference to the state itself would cost each step a barrier of the garbage collector. */
    private volatile byte state; // QUEUED is 0, and writing it would cost a fence
    private volatile @Nullable Pid pid;
    private volatile @Nullable Object outcome;

    /** {@link TaskExtras}, or {@link KeyPlace} of a task with a key; null while it needs neither. */
    private volatile @Nullable Object course;

    /** Fields that only few tasks need: those with a time-out, a plan, or a caller that waits for the begin. */
    static final class TaskExtras {
        /** Of `syncQueue`: the caller that waits until it begins. */
        @Nullable
        ReplySlot<Boolean> starter;
        /** How many attempts have begun after the first; written under the engine's lock. */
        private volatile int repeated;
        @Nullable
        PlanState plan;
        @Nullable
        Timer retryTimer;
        /** When a scheduled task joins the queue. */
        long dueNanos;
        private volatile @Nullable Timer timeoutTimer;
        private volatile boolean timedOut;
        /** Its outcome is reported together with those of others; written under the engine's lock. */
        private volatile boolean reported;
    }

    /** Of a task with a key; written by {@link Keys} under the engine's lock. A million of them may wait. */
    static final class KeyPlace<W> {

        final TaskKey key;
        private volatile @Nullable TaskExtras extras;
        Where where = Where.NOWHERE;
        /** From the acceptance of the task to its outcome. */
        @Nullable
        KeyChain<W> chain;
        /** Its place in the order of the key; the number of the task is older if the task was scheduled. */
        long turn;
        /** Of a task of a group, whose key the group has: then there is no chain here. Written before the hand-over. */
        @Nullable
        OuterTurn ofGroup;
        /** The neighbours among those that wait for the same key. */
        @Nullable
        PoolTask<W, ?> before;
        @Nullable
        PoolTask<W, ?> after;
        /** The neighbours among those that wait for any key. */
        @Nullable
        PoolTask<W, ?> shorter;
        @Nullable
        PoolTask<W, ?> longer;

        /** The relation of the task to its key. */
        enum Where {
            /** Not accepted yet, or it has its outcome. */
            NOWHERE,
            /** It is the one task of its key that may run. */
            HOLDS,
            /** It waits for its key. */
            WAITS,
            /** It waits for its time, or for its next attempt, and others of its key may run. */
            ASIDE
        }

        KeyPlace(TaskKey key) {
            this.key = key;
        }
    }

    /** An outcome without a question for it yet. */
    private record Value(@Nullable Object value) {}

    private record Failure(Throwable cause) {}

    private static final Value NO_VALUE = new Value(null);

    /** With a result. */
    PoolTask(Control control, WorkerFunction<? super W, ? extends R, ?> work, TaskOptions options,
            @Nullable TaskKey key) {
        this(control, work, WITH_RESULT, options, key);
    }

    /** Without. */
    PoolTask(Control control, WorkerAction<? super W, ?> work, TaskOptions options, @Nullable TaskKey key) {
        this(control, work, (byte) 0, options, key);
    }

    private PoolTask(Control control, Object work, byte result, TaskOptions options, @Nullable TaskKey key) {
        this.control = control;
        this.work = work;
        this.options = options;
        if (key != null) {
            this.traits = (byte) (result | KEYED);
            this.course = new KeyPlace<W>(key);
        } else {
            this.traits = options.priority() == 0 && options.deadline() == null ? (byte) (result | JOINS) : result;
        }
    }

    /** For one worker only. */
    static <W, R extends @Nullable Object> PoolTask<W, R> bound(
            Control control, WorkerFunction<? super W, ? extends R, ?> work, TaskOptions options) {
        return new PoolTask<>(control, work, (byte) (WITH_RESULT | BOUND), options, null);
    }

    /** Whether it runs on the worker that it was given to, and on no other. */
    boolean isBound() {
        return (traits & BOUND) != 0;
    }

    /** Whether it may join the queue without a question, if the queue is open. */
    boolean joins() {
        return (traits & JOINS) != 0;
    }

    /** Whether it has a key. */
    boolean isKeyed() {
        return (traits & KEYED) != 0;
    }

    /** Of a task with a key; under the engine's lock, but for the final fields. */
    @SuppressWarnings({"unchecked", "NullAway"}) // only the constructor writes it
    KeyPlace<W> keyPlace() {
        return (KeyPlace<W>) course;
    }

    private boolean withResult() {
        return (traits & WITH_RESULT) != 0;
    }

    /** Whether it has a key that a group has. */
    boolean isKeyedByGroup() {
        return isKeyed() && keyPlace().ofGroup != null;
    }

    /** Before it is handed over. */
    void setStarter(ReplySlot<Boolean> starter) {
        extras().starter = starter;
    }

    // ---- the worker's process

    /**
     * Under the engine's lock, of the process that was given this task: false if the task was cancelled.
     *
     * @param nowNanos by the same clock as the beginning of the wait
     * @param counts of that process
     */
    boolean begin(Pid worker, long nowNanos, TaskCounts counts) {
        if (state != QUEUED) {
            return false;
        }
        if (pid != null) {
            TaskExtras mine = extras();
            int before = mine.repeated;
            mine.repeated = before + 1;
        } else if (hasWaited) {
            counts.waited(nowNanos - sinceNanos);
        }
        PID.setRelease(this, worker);
        waitsSince(nowNanos);
        STATE.setRelease(this, RUNNING);
        return true;
    }

    /** Whether it was begun when it was given to this process. */
    boolean isBegunBy(Pid worker) {
        return state == RUNNING && worker.equals(pid);
    }

    /** After {@link #begin}, by the process, without the lock. */
    void begun() {
        TaskExtras mine = extrasIfAny();
        if (mine != null && mine.starter != null) {
            mine.starter.reply(true);
        }
    }

    /** After {@link #begun}, if waits are reported. */
    void tellWait(TaskCounts counts) {
        TaskExtras mine = extrasIfAny();
        if (hasWaited && (mine == null || mine.repeated == 0)) {
            control.listeners.served(this, counts.lastWaitNanos());
        }
    }

    /** Under the engine's lock, right after {@link #begin}: the time to the nanosecond. */
    void beganExactly(long nowNanos) {
        waitsSince(nowNanos);
    }

    /** The caller of {@code syncQueue}, if one still waits, goes on, and looks at the outcome itself. */
    void releaseStarter() {
        TaskExtras mine = extrasIfAny();
        if (mine != null && mine.starter != null) {
            mine.starter.reply(false);
        }
    }

    /** When the attempt began that runs or ran last. */
    long beganAtNanos() {
        return sinceNanos;
    }

    /** The worker's process: the work itself. */
    @SuppressWarnings({"unchecked", "NullAway"}) // as the constructors got it; R is Void for a task without a result
    R work(W worker) throws Exception {
        if (withResult()) {
            return ((WorkerFunction<? super W, ? extends R, ?>) work).call(worker);
        }
        ((WorkerAction<? super W, ?>) work).run(worker);
        return null;
    }

    /** The process that has the task, or under the engine's lock while none has. */
    TaskExtras extras() {
        TaskExtras mine = extrasIfAny();
        if (mine == null) {
            mine = new TaskExtras();
            if (course instanceof KeyPlace<?> place) {
                place.extras = mine;
            } else {
                course = mine;
            }
        }
        return mine;
    }

    /** Null if it has none. */
    @Nullable
    TaskExtras extrasIfAny() {
        Object mine = course;
        if (mine == null) {
            return null;
        }
        return mine instanceof KeyPlace<?> place ? place.extras : (TaskExtras) mine;
    }

    /** Under the engine's lock, of a scheduled task: when it joins the queue. */
    void dueAt(long nanos) {
        extras().dueNanos = nanos;
    }

    /** Under the engine's lock: the timer that ends the wait for the first attempt or the next one. */
    void delayTimer(Timer timer) {
        extras().retryTimer = timer;
    }

    void timeoutTimer(Timer timer) {
        extras().timeoutTimer = timer;
    }

    void cancelTimeout() {
        TaskExtras mine = extrasIfAny();
        Timer timer = mine == null ? null : mine.timeoutTimer;
        if (mine != null && timer != null) {
            timer.cancel();
            mine.timeoutTimer = null;
        }
    }

    void markTimedOut() {
        TaskExtras mine = extrasIfAny();
        if (mine != null) {
            mine.timedOut = true;
        }
    }

    boolean isTimedOut() {
        TaskExtras mine = extrasIfAny();
        return mine != null && mine.timedOut;
    }

    /** Under the engine's lock, of a task that will not go on: the log need not tell of it alone. */
    void markReported() {
        extras().reported = true;
    }

    boolean isReported() {
        TaskExtras mine = extrasIfAny();
        return mine != null && mine.reported;
    }

    /** True if it has failed and its outcome was not asked for so far. */
    boolean isFailureUnobserved() {
        return outcome instanceof Failure;
    }

    boolean isRunning() {
        return state == RUNNING;
    }

    /** Under the engine's lock: the process that runs it; null if none does. */
    @Nullable
    Pid pidIfRunning() {
        return state == RUNNING ? pid : null;
    }

    /** True if a caller has asked for the outcome, and may have added dependents. Not sure, if it has a result. */
    boolean isObserved() {
        return outcome instanceof TaskOutcome<?>;
    }

    /** The plan that decides after a failed attempt; null if the first failure is final. */
    @Nullable
    RestartPolicy restart(PoolSpec<?> spec) {
        return options.restart() != null ? options.restart() : spec.taskRestart();
    }

    // ---- steps, under the engine's lock; each returns whether it counted

    /** The outcome is brought by {@link #complete} or {@link #completeExceptionally}, without the lock. */
    boolean step(TaskState from, TaskState to) {
        if (state != from.ordinal()) {
            return false;
        }
        STATE.setRelease(this, (byte) to.ordinal());
        return true;
    }

    boolean again() {
        TaskExtras mine = extrasIfAny();
        if (mine != null) {
            mine.timedOut = false;
        }
        return step(TaskState.RUNNING, TaskState.QUEUED);
    }

    // ---- the outcome, without the lock; once

    /** After the step to DONE. */
    void complete(R value) {
        if (!withResult()) {
            // the result was asked for under the lock before that step; or after it, and is settled
            if (outcome instanceof TaskOutcome<?>) {
                asked().settle(value);
            }
            return;
        }
        Object kept = value == null
                ? NO_VALUE
                : value instanceof TaskOutcome || value instanceof Value || value instanceof Failure
                        ? new Value(value)
                        : value;
        if (!OUTCOME.compareAndSet(this, null, kept)) {
            asked().settle(value);
        }
    }

    void completeExceptionally(Throwable failure) {
        Throwable cause = FailureText.forStages(failure);
        if (!OUTCOME.compareAndSet(this, null, new Failure(cause))) {
            asked().settleExceptionally(cause);
        }
    }

    @SuppressWarnings("unchecked") // only an outcome of this task's own type is ever put there
    private TaskOutcome<R> asked() {
        if (outcome instanceof TaskOutcome<?> wanted) {
            return (TaskOutcome<R>) wanted;
        }
        throw new AssertionError("a second outcome of " + this + ": " + outcome);
    }

    @Override
    @SuppressWarnings("unchecked") // only an outcome of this task's own type is ever put there
    public CompletionStage<R> result() {
        Object seen = outcome;
        if (seen instanceof TaskOutcome<?> known) {
            return (TaskOutcome<R>) known;
        }
        if (withResult()) {
            return ask();
        }
        control.lock();
        try {
            return ask();
        } finally {
            control.unlock();
        }
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // complete() has put an R there; without a result it is null
    private TaskOutcome<R> ask() {
        while (true) {
            Object seen = outcome;
            if (seen instanceof TaskOutcome<?> known) {
                return (TaskOutcome<R>) known;
            }
            TaskOutcome<R> made = new TaskOutcome<>();
            if (seen instanceof Failure(Throwable cause)) {
                made.settleExceptionally(cause);
            } else if (seen != null) {
                made.settle((R) (seen instanceof Value(Object value) ? value : seen));
            } else if (!withResult() && state == DONE) {
                made.settle(null);
            }
            if (OUTCOME.compareAndSet(this, seen, made)) {
                return made;
            }
        }
    }

    // ---- the queue

    @Override
    int priority() {
        return options.priority();
    }

    @Override
    boolean isRefusedWithoutWorkers() {
        TaskExtras mine = extrasIfAny();
        return mine != null && mine.starter != null;
    }

    /** The exception of its refusal, null if it was not refused. */
    @Nullable
    PoolException refusal() {
        Object seen = state == REJECTED ? outcome : null;
        Throwable cause = switch (seen) {
            case Failure(Throwable failure) -> failure;
            case TaskOutcome<?> known when known.isCompletedExceptionally() -> known.exceptionNow();
            case null, default -> null;
        };
        return cause instanceof PoolException refusal ? refusal : null;
    }

    // ---- the holder of the task

    @Override
    public long id() {
        return number();
    }

    @Override
    public TaskState state() {
        return STATES[state];
    }

    @Override
    public Optional<Pid> pid() {
        return Optional.ofNullable(pid);
    }

    @Override
    public int attempts() {
        if (pid == null) {
            return 0;
        }
        TaskExtras mine = extrasIfAny();
        return mine == null ? 1 : 1 + mine.repeated;
    }

    @Override
    public boolean cancel() {
        if (!control.cancel(this)) {
            return false;
        }
        releaseStarter();
        ForeignCode.run(this, () -> completeExceptionally(new CancellationException(this + " was cancelled")));
        control.listeners.taskEnded(this);
        return true;
    }

    @Override
    public boolean exit(ExitReason reason) {
        Objects.requireNonNull(reason, "reason must not be null");
        return control.exit(this, reason);
    }

    @Override
    public String toString() {
        return "Task[" + control.poolName + " #" + number() + " " + state() + "]";
    }

    /** The requests of a task to its pool. */
    abstract static class Control {

        final String poolName;
        final ListenerNotifier listeners;

        Control(String poolName, ListenerNotifier listeners) {
            this.poolName = poolName;
            this.listeners = listeners;
        }

        /** Keeps a task from being run. False if a worker has begun with it, or if it has an outcome. */
        abstract boolean cancel(PoolTask<?, ?> task);

        /** Ends the process that runs a task. False if none does. */
        abstract boolean exit(PoolTask<?, ?> task, ExitReason reason);

        /** Takes the engine's lock, for {@link PoolTask#result}. */
        abstract void lock();

        abstract void unlock();
    }
}
