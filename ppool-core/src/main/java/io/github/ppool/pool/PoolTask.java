package io.github.ppool.pool;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ReplySlot;
import io.github.ppool.restart.PlanState;
import io.github.ppool.time.Timer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A task on its way through the pool.
 *
 * <p>{@code state}: QUEUED → RUNNING by the worker's process that begins with it; RUNNING → QUEUED when it failed and its plan gives
 * it another attempt; QUEUED → CANCELLED or REJECTED; RUNNING → DONE or FAILED. Each step is taken under the engine's lock, so whoever
 * brings the outcome is alone with it, and a task that is cancelled at the moment at which a worker begins is either run or not. All
 * other fields are guarded by that lock too, or written once before others see them, but for {@code outcome}.
 *
 * <p>{@code outcome} is what {@link #result} is made of: nobody may ever ask for it, and millions of tasks may wait, so it is made late.
 * {@code null} (no outcome, nobody asked) → an {@link Outcome} by the first who asks → settled by who brings the outcome; or {@code
 * null} → the outcome itself → an {@link Outcome} that is settled. Each arrow from {@code null} is one compare-and-set, so the two
 * sides always meet.
 */
final class PoolTask<W, R extends @Nullable Object> extends Waiting<W> implements Task<R>, WorkerJob {

    private static final VarHandle STATE;
    private static final VarHandle PID;
    private static final VarHandle ATTEMPTS;
    private static final VarHandle OUTCOME;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(PoolTask.class, "state", TaskState.class);
            PID = lookup.findVarHandle(PoolTask.class, "pid", Pid.class);
            ATTEMPTS = lookup.findVarHandle(PoolTask.class, "attempts", int.class);
            OUTCOME = lookup.findVarHandle(PoolTask.class, "outcome", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final PoolEngine<W> engine;
    private final long id;
    private final WorkerFunction<? super W, ? extends R, ?> work;
    final TaskOptions options;
    /** Of `syncQueue`: the caller that waits until it begins. */
    final @Nullable ReplySlot<Boolean> starter;

    // written under the engine's lock with release, read by anybody
    private volatile TaskState state = TaskState.QUEUED;
    private volatile @Nullable Pid pid;
    private volatile int attempts;
    private volatile @Nullable Object outcome;

    long beganAtNanos;
    private volatile @Nullable Course course;

    /** What only few tasks need: those with a time-out or a plan. */
    static final class Course {
        @Nullable
        PlanState plan;
        @Nullable
        Timer retryTimer;
        private volatile @Nullable Timer timeoutTimer;
        private volatile boolean timedOut;
    }

    /** An outcome that nobody has asked for yet. */
    private record Value(@Nullable Object value) {}

    private record Failure(Throwable cause) {}

    private static final Value NO_VALUE = new Value(null);

    PoolTask(
            PoolEngine<W> engine,
            long id,
            WorkerFunction<? super W, ? extends R, ?> work,
            TaskOptions options,
            @Nullable ReplySlot<Boolean> starter) {
        super(options.priority());
        this.engine = engine;
        this.id = id;
        this.work = work;
        this.options = options;
        this.starter = starter;
    }

    // ---- the worker's process

    /** Under the engine's lock, of the process that was given this task: false if the task was cancelled. */
    boolean begin(Pid worker, long nowNanos) {
        if (state != TaskState.QUEUED) {
            return false;
        }
        PID.setRelease(this, worker);
        beganAtNanos = nowNanos;
        ATTEMPTS.setRelease(this, attempts + 1);
        STATE.setRelease(this, TaskState.RUNNING);
        return true;
    }

    /** Whether it was begun when it was given to this process. */
    boolean isBegunBy(Pid worker) {
        return state == TaskState.RUNNING && worker.equals(pid);
    }

    /** After {@link #begin}, without the lock. */
    void begun() {
        if (starter != null) {
            starter.reply(true);
        }
        if (hasWaited && attempts == 1) {
            engine.listeners().served(this);
        }
    }

    /** The worker's process: the work itself. */
    R work(W worker) throws Exception {
        return work.call(worker);
    }

    /** The process that has the task, or under the engine's lock while none has. */
    Course course() {
        Course mine = course;
        if (mine == null) {
            mine = new Course();
            course = mine;
        }
        return mine;
    }

    /** Null if it has none. */
    @Nullable
    Course courseIfAny() {
        return course;
    }

    void timeoutTimer(Timer timer) {
        course().timeoutTimer = timer;
    }

    void cancelTimeout() {
        Course mine = course;
        Timer timer = mine == null ? null : mine.timeoutTimer;
        if (mine != null && timer != null) {
            timer.cancel();
            mine.timeoutTimer = null;
        }
    }

    void markTimedOut() {
        Course mine = course;
        if (mine != null) {
            mine.timedOut = true;
        }
    }

    boolean isTimedOut() {
        Course mine = course;
        return mine != null && mine.timedOut;
    }

    boolean isRunning() {
        return state == TaskState.RUNNING;
    }

    // ---- steps, under the engine's lock; each returns whether it counted

    /** The outcome is brought by {@link #complete} or {@link #completeExceptionally}, without the lock. */
    boolean step(TaskState from, TaskState to) {
        if (state != from) {
            return false;
        }
        STATE.setRelease(this, to);
        return true;
    }

    boolean again() {
        Course mine = course;
        if (mine != null) {
            mine.timedOut = false;
        }
        return step(TaskState.RUNNING, TaskState.QUEUED);
    }

    // ---- the outcome, without the lock; once

    void complete(R value) {
        Object kept = value == null
                ? NO_VALUE
                : value instanceof Outcome || value instanceof Value || value instanceof Failure
                        ? new Value(value)
                        : value;
        if (!OUTCOME.compareAndSet(this, null, kept)) {
            asked().settle(value);
        }
    }

    void completeExceptionally(Throwable cause) {
        if (!OUTCOME.compareAndSet(this, null, new Failure(cause))) {
            asked().settleExceptionally(cause);
        }
    }

    @SuppressWarnings("unchecked") // only an outcome of this task's own type is ever put there
    private Outcome<R> asked() {
        if (outcome instanceof Outcome<?> wanted) {
            return (Outcome<R>) wanted;
        }
        throw new AssertionError("a second outcome of " + this + ": " + outcome);
    }

    @Override
    @SuppressWarnings("unchecked") // what complete() has put there is an R
    public CompletionStage<R> result() {
        while (true) {
            Object seen = outcome;
            if (seen instanceof Outcome<?> known) {
                return (Outcome<R>) known;
            }
            Outcome<R> made = new Outcome<>();
            if (seen instanceof Failure(Throwable cause)) {
                made.settleExceptionally(cause);
            } else if (seen != null) {
                made.settle((R) (seen instanceof Value(Object value) ? value : seen));
            }
            if (OUTCOME.compareAndSet(this, seen, made)) {
                return made;
            }
        }
    }

    // ---- the queue

    @Override
    boolean isRefusedWithoutWorkers() {
        return starter != null;
    }

    @Override
    void granted(PoolEngine<W> pool, Slot<W> slot, AfterLock after) {
        pool.assign(slot, this, after);
    }

    @Override
    void refused(PoolEngine<W> pool, Supplier<PoolException> why, AfterLock after) {
        if (!step(TaskState.QUEUED, TaskState.REJECTED)) {
            return; // cancelled before
        }
        pool.tasks().settled();
        after.add(() -> {
            completeExceptionally(pool.refuse(why.get()));
            if (starter != null) {
                starter.reply(false);
            }
            pool.listeners().taskEnded(this);
        });
    }

    @Override
    Supplier<PoolException> whyExpired(PoolEngine<W> pool) {
        return pool.because(PoolRejectedException::new,
                this + " was not begun within its deadline of " + options.deadline(), pool.lastFailure());
    }

    /** What it was refused with, null if it was not. */
    @Nullable
    PoolException refusal() {
        Object seen = state == TaskState.REJECTED ? outcome : null;
        Throwable cause = switch (seen) {
            case Failure(Throwable failure) -> failure;
            case Outcome<?> known when known.isCompletedExceptionally() -> known.exceptionNow();
            case null, default -> null;
        };
        return cause instanceof PoolException refusal ? refusal : null;
    }

    // ---- the holder of the task

    @Override
    public long id() {
        return id;
    }

    @Override
    public TaskState state() {
        return state;
    }

    @Override
    public Optional<Pid> pid() {
        return Optional.ofNullable(pid);
    }

    @Override
    public int attempts() {
        return attempts;
    }

    @Override
    public boolean cancel() {
        if (!engine.tasks().cancel(this)) {
            return false;
        }
        if (starter != null) {
            starter.reply(false);
        }
        completeExceptionally(new CancellationException(this + " was cancelled"));
        engine.listeners().taskEnded(this);
        return true;
    }

    @Override
    public boolean exit(ExitReason reason) {
        Pid process = pid;
        if (state != TaskState.RUNNING || process == null || !process.isAlive()) {
            return false;
        }
        engine.system().exit(process, reason);
        return true;
    }

    @Override
    public String toString() {
        return "Task[" + engine.name() + " #" + id + " " + state + "]";
    }
}
