package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.ForeignCode;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.pool.TaskState;
import io.github.ppool.pool.WorkerFunction;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ReplySlot;
import io.github.ppool.time.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A task of a group. It waits in the queue of the group, then a member serves it, and from then on it is a task of that
 * member. QUEUED → served, CANCELLED or REJECTED, each once, under the lock of the group's queue.
 */
final class GroupTask<W, R extends @Nullable Object> extends GroupEntry<W> implements Task<R> {

    private static final GuardedLog LOG = GuardedLog.of(GroupTask.class);

    private final GroupOwner<W> group;
    private final GroupLine<W> line;
    private final long id;
    private final TaskOptions options;
    /** The work as the decorator of each member has made it, by the name of the member. */
    private final Map<String, WorkerFunction<? super W, ? extends R, ?>> works;
    /** The caller of {@code syncQueue}, which waits until the task begins; null without. */
    private final @Nullable ReplySlot<Boolean> starter;
    /** Null without a key. */
    private final @Nullable GroupTurn<W> turn;
    /** When its delay is over, by the clock of the pools; set before it is scheduled. Zero without a delay. */
    long dueNanos;

    // guarded by the lock of the line; read without it where one of them says that the others do not change

    private volatile @Nullable PoolTask<W, R> bound;
    private volatile TaskState ended = TaskState.QUEUED;
    private @Nullable TaskOutcome<R> asked;
    private @Nullable Throwable failure;
    private @Nullable Timer timer;

    GroupTask(GroupOwner<W> group, TaskOptions options, @Nullable TaskKey key,
            Map<String, WorkerFunction<? super W, ? extends R, ?>> works, @Nullable ReplySlot<Boolean> starter) {
        super(options.priority());
        this.group = group;
        this.line = group.line();
        this.id = group.nextTaskId();
        this.options = options;
        this.turn = key == null ? null : new GroupTurn<>(key, this);
        this.works = works;
        this.starter = starter;
    }

    @Override
    @Nullable
    GroupTurn<W> turn() {
        return turn;
    }

    /** The one first whose delay is over first. */
    static int compareTimes(GroupTask<?, ?> a, GroupTask<?, ?> b) {
        int times = Long.signum(a.dueNanos - b.dueNanos); // clocks may overflow
        return times == 0 ? Long.compare(a.id, b.id) : times;
    }

    /** The time after which the task is refused, unless it has begun; null for none. */
    @Nullable
    Duration deadline() {
        return options.deadline();
    }

    /** The task as that of the member that serves it; null if none does. */
    @Nullable
    PoolTask<W, ?> asOfMember() {
        return bound;
    }

    /** The timer of its delay or of its deadline; cancelled at once if the task waits no longer. */
    void setTimer(Timer started) {
        boolean over;
        line.lock();
        try {
            over = bound != null || ended.isFinal();
            timer = over ? null : started;
        } finally {
            line.unlock();
        }
        if (over) {
            started.cancel();
        }
    }

    @Override
    boolean isPatient() {
        return starter == null;
    }

    @Override
    Waiter<W> serve(PoolEngine<W> by, DeferredActions after) {
        PoolTask<W, R> task = of(by);
        if (starter != null) {
            task.setStarter(starter);
        }
        by.core.queue.number(task);
        task.waitsSince(sinceNanos);
        task.setHasWaited(true);
        if (options.deadline() != null) {
            by.timeouts.setDeadline(task, sinceNanos + PoolContext.limitedNanos(options.deadline()));
        }
        bound = task;
        stopTimer(after);
        TaskOutcome<R> mine = asked;
        if (mine != null) {
            follow(task, mine); // it has not begun, so no dependent runs here
        }
        return task;
    }

    /** The task as one of a member. */
    private PoolTask<W, R> of(PoolEngine<W> by) {
        PoolTask<W, R> task = new PoolTask<>(by.service, Objects.requireNonNull(works.get(by.name())), options,
                turn == null ? null : turn.key);
        if (turn != null) {
            task.keyPlace().ofGroup = new MemberTurn<>(turn, group, by);
        }
        return task;
    }

    /**
     * The task holds its key, and is not in the queue: it begins with a member at once or not at all.
     *
     * @return whether the member runs it
     */
    boolean runAtOnce(PoolEngine<W> by) {
        PoolTask<W, R> task = of(by);
        try {
            return by.service.run(task).isPresent();
        } finally {
            if (task.number() > 0) { // accepted, even if the caller was killed right after it
                line.lock();
                try {
                    takenBy(by);
                    bound = task;
                } finally {
                    line.unlock();
                }
            }
        }
    }

    private void stopTimer(DeferredActions after) {
        Timer running = timer;
        timer = null;
        if (running != null) {
            after.add(running::cancel);
        }
    }

    private static <R extends @Nullable Object> void follow(PoolTask<?, R> task, TaskOutcome<R> mine) {
        CompletionStage<?> unused = task.result().whenComplete((value, thrown) -> {
            if (thrown == null) {
                mine.settle(value);
            } else {
                mine.settleExceptionally(thrown);
            }
        });
    }

    @Override
    void refuse(Supplier<PoolException> why, DeferredActions after) {
        ended = TaskState.REJECTED;
        stopTimer(after);
        line.ended(this, after);
        after.complete(() -> settle(why.get()));
    }

    /** The task has ended without a worker: tells it. Holds no lock. */
    private void settle(Throwable thrown) {
        TaskOutcome<R> mine;
        line.lock();
        try {
            failure = thrown;
            mine = asked;
        } finally {
            line.unlock();
        }
        if (starter != null) {
            starter.reply(false);
        }
        if (mine != null) {
            ForeignCode.run(this, () -> mine.settleExceptionally(thrown));
        } else if (thrown instanceof PoolException && starter == null) {
            LOG.warn("{} was rejected, and no code has asked for its result: {}", this, FailureText.of(thrown));
        }
    }

    /** The exception of its refusal; null if it was not refused. */
    @Nullable
    PoolException refusal() {
        PoolTask<W, R> task = bound;
        if (task != null) {
            return task.refusal();
        }
        line.lock();
        try {
            return failure instanceof PoolException refusal ? refusal : null;
        } finally {
            line.unlock();
        }
    }

    /** A refusal of a task that never joined the queue. */
    void rejectBeforeQueue(PoolException why) {
        DeferredActions after = new DeferredActions();
        boolean rejected;
        line.lock();
        try {
            rejected = isUnbegun() && !queued;
            if (rejected) {
                ended = TaskState.REJECTED;
                stopTimer(after);
                line.ended(this, after);
            }
        } finally {
            line.unlock();
        }
        after.runWithoutForeignCode(group.context());
        if (rejected) {
            settle(why);
        }
    }

    /** Under the lock of the line: whether it has neither a worker nor an outcome. */
    boolean isUnbegun() {
        return bound == null && !ended.isFinal();
    }

    // ---- the holder of the task

    @Override
    public long id() {
        return id;
    }

    @Override
    public TaskState state() {
        PoolTask<W, R> task = bound;
        return task == null ? ended : task.state();
    }

    @Override
    public Optional<Pid> pid() {
        PoolTask<W, R> task = bound;
        return task == null ? Optional.empty() : task.pid();
    }

    @Override
    public int attempts() {
        PoolTask<W, R> task = bound;
        return task == null ? 0 : task.attempts();
    }

    @Override
    public CompletionStage<R> result() {
        TaskOutcome<R> mine;
        Throwable thrown;
        line.lock();
        try {
            mine = asked;
            PoolTask<W, R> task = bound;
            if (mine == null && task != null) {
                return task.result();
            }
            if (mine == null) {
                mine = new TaskOutcome<>();
                asked = mine;
            }
            thrown = failure;
        } finally {
            line.unlock();
        }
        if (thrown != null) {
            mine.settleExceptionally(thrown);
        }
        return mine;
    }

    @Override
    public boolean cancel() {
        DeferredActions after = new DeferredActions();
        PoolTask<W, R> task;
        boolean cancelled;
        line.lock();
        try {
            task = bound;
            cancelled = isUnbegun();
            if (cancelled) {
                line.remove(this);
                ended = TaskState.CANCELLED;
                stopTimer(after);
                line.ended(this, after);
            }
        } finally {
            line.unlock();
        }
        after.runWithoutForeignCode(group.context());
        if (!cancelled) {
            return task != null && task.cancel();
        }
        group.cancelled(this);
        settle(new CancellationException(this + " was cancelled"));
        return true;
    }

    @Override
    public boolean exit(ExitReason reason) {
        Objects.requireNonNull(reason, "reason must not be null");
        PoolTask<W, R> task = bound;
        return task != null && task.exit(reason);
    }

    @Override
    public String toString() {
        return "Task[" + group.name() + " #" + id + " " + state() + "]";
    }
}
