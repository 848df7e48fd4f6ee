package io.github.ppool.pool;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ReplySlot;
import io.github.ppool.restart.PlanState;
import io.github.ppool.time.Timer;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A task on its way through the pool.
 *
 * <p>{@code state}: QUEUED → RUNNING by the worker's process that begins with it; RUNNING → QUEUED when it failed and its plan gives
 * it another attempt; QUEUED → CANCELLED or REJECTED; RUNNING → DONE or FAILED. Each step is one compare-and-set, so whoever brings
 * the outcome is alone with it, and a task that is cancelled at the moment at which a worker begins is either run or not. All other
 * fields are guarded by the engine's lock, or written once before others see them.
 */
final class PoolTask<W, R extends @Nullable Object> extends Waiting<W> implements Task<R>, WorkerJob {

    @SuppressWarnings("rawtypes") // a field updater knows only the raw class
    private static final AtomicReferenceFieldUpdater<PoolTask, TaskState> STATE = AtomicReferenceFieldUpdater
            .newUpdater(PoolTask.class, TaskState.class, "state");

    private final PoolEngine<W> engine;
    private final long id;
    private final WorkerFunction<? super W, ? extends R, ?> work;
    final TaskOptions options;
    private final Outcome<R> outcome = new Outcome<>();
    /** Of `syncQueue`: the caller that waits until it begins. */
    final @Nullable ReplySlot<Boolean> starter;

    private volatile TaskState state = TaskState.QUEUED;
    private volatile @Nullable Pid pid;
    private volatile int attempts;

    @Nullable
    PlanState plan;
    @Nullable
    Timer deadlineTimer;
    @Nullable
    Timer retryTimer;
    private volatile @Nullable Timer timeoutTimer;
    private volatile boolean timedOut;
    long beganAtNanos;
    volatile @Nullable PoolException refusal;

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
    boolean begin(Pid worker) {
        if (!STATE.compareAndSet(this, TaskState.QUEUED, TaskState.RUNNING)) {
            return false;
        }
        pid = worker;
        beganAtNanos = engine.clock().nanoTime();
        int before = attempts; // only one process at a time gets here
        attempts = before + 1;
        return true;
    }

    /** After {@link #begin}, without the lock. */
    void begun() {
        if (starter != null) {
            starter.reply(true);
        }
        Timer deadline = deadlineTimer;
        if (deadline != null) {
            deadline.cancel();
        }
        if (hasWaited && attempts == 1) {
            engine.listenerServed(this);
        }
    }

    /** The worker's process: the work itself. */
    R work(W worker) throws Exception {
        return work.call(worker);
    }

    void timeoutTimer(@Nullable Timer timer) {
        timeoutTimer = timer;
    }

    void cancelTimeout() {
        Timer timer = timeoutTimer;
        if (timer != null) {
            timer.cancel();
            timeoutTimer = null;
        }
    }

    void markTimedOut() {
        timedOut = true;
    }

    boolean isTimedOut() {
        return timedOut;
    }

    boolean isRunning() {
        return state == TaskState.RUNNING;
    }

    // ---- outcomes; each returns whether it counted

    boolean markDone() {
        return STATE.compareAndSet(this, TaskState.RUNNING, TaskState.DONE);
    }

    /** After {@link #markDone}, without the engine's lock. */
    void complete(R value) {
        outcome.settle(value);
    }

    boolean failed(Throwable cause) {
        return STATE.compareAndSet(this, TaskState.RUNNING, TaskState.FAILED) && outcome.settleExceptionally(cause);
    }

    boolean again() {
        timedOut = false;
        return STATE.compareAndSet(this, TaskState.RUNNING, TaskState.QUEUED);
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
        if (!STATE.compareAndSet(this, TaskState.QUEUED, TaskState.REJECTED)) {
            return; // cancelled at the same moment
        }
        pool.settled();
        after.add(() -> {
            PoolException told = pool.refuse(why.get());
            refusal = told;
            outcome.settleExceptionally(told);
            if (starter != null) {
                starter.reply(false);
            }
            pool.listenerTaskEnded(this);
        });
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
    public CompletionStage<R> result() {
        return outcome;
    }

    @Override
    public boolean cancel() {
        if (!STATE.compareAndSet(this, TaskState.QUEUED, TaskState.CANCELLED)) {
            return false;
        }
        engine.leaveQueue(this);
        if (starter != null) {
            starter.reply(false);
        }
        outcome.settleExceptionally(new CancellationException(this + " was cancelled"));
        engine.listenerTaskEnded(this);
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
