package io.github.ppool.pool.engine;

import io.github.ppool.guard.StackReserve;
import io.github.ppool.pool.CheckoutTimeoutException;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolRejectedException;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.pool.TaskQueue;
import io.github.ppool.pool.TaskState;
import io.github.ppool.pool.WorkerAction;
import io.github.ppool.pool.WorkerFunction;
import io.github.ppool.process.ProcessExit;
import io.github.ppool.process.ReplySlot;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The task side of a group. */
final class GroupTasks<W> implements TaskQueue<W> {

    private final GroupDesk<W> desk;
    private final TaskOptions options;
    private final @Nullable TaskKey key;

    /**
     * Tasks with some options. The rules of a key that they leave open are those of the first member.
     */
    GroupTasks(GroupDesk<W> desk, TaskOptions options) {
        this.desk = desk;
        this.options = options;
        PoolSpec<W> first = options.key() == null ? null : firstSpec();
        this.key = TaskKey.of(options, first == null || first.keyBlocks(), first != null && first.sticky());
    }

    private @Nullable PoolSpec<W> firstSpec() {
        return desk.members.stream().map(GroupMember::engine).filter(Objects::nonNull).map(PoolEngine::spec)
                .findFirst().orElse(null);
    }

    @Override
    public Optional<Task<@Nullable Void>> run(WorkerAction<? super W, ?> task) {
        return runResult(withoutResult(task));
    }

    @Override
    public <R extends @Nullable Object> Optional<Task<R>> runResult(WorkerFunction<? super W, ? extends R, ?> task) {
        Objects.requireNonNull(task, "task must not be null");
        StackReserve.forOperation(); // no key may be taken by a task that does not run
        requireOpen("run");
        GroupTask<W, R> handed = key == null ? null : task(task, null);
        GroupTurn<W> turn = handed == null ? null : handed.turn();
        if (handed != null && turn != null && !desk.takeKey(handed, turn)) {
            return Optional.empty();
        }
        try {
            return runAtOnce(task, handed);
        } finally {
            if (handed != null) {
                desk.giveKeyBack(handed);
            }
        }
    }

    /**
     * Asks one member after the other.
     *
     * @param keyed the task, if it has a key, which it holds; null without
     */
    private <R extends @Nullable Object> Optional<Task<R>> runAtOnce(
            WorkerFunction<? super W, ? extends R, ?> task, @Nullable GroupTask<W, R> keyed) {
        Map<String, PoolException> reasons = new LinkedHashMap<>();
        for (GroupMember<W> member : desk.order.next()) {
            PoolEngine<W> engine = member.engine();
            if (engine == null) {
                continue;
            }
            try {
                Optional<Task<R>> run = keyed == null
                        ? engine.client.tasks(options).runResult(task)
                        : keyed.runAtOnce(engine) ? Optional.of(keyed) : Optional.empty();
                if (run.isPresent()) {
                    member.countServed();
                    return run;
                }
            } catch (PoolException refused) {
                reasons.put(member.pool, refused);
            }
        }
        if (reasons.size() == desk.members.size()) {
            throw desk.admission.refuse(desk.admission.refusedByAll("run", reasons));
        }
        return Optional.empty();
    }

    private void requireOpen(String what) {
        if (desk.isClosed()) {
            throw desk.admission.refuse(desk.admission.closed(what));
        }
    }

    @Override
    public Task<@Nullable Void> syncQueue(WorkerAction<? super W, ?> task) {
        return syncQueueResult(withoutResult(task));
    }

    @Override
    public <R extends @Nullable Object> Task<R> syncQueueResult(WorkerFunction<? super W, ? extends R, ?> task) {
        ReplySlot<Boolean> starter = new ReplySlot<>(desk.context.clock());
        GroupTask<W, R> handed = task(task, starter);
        join("syncQueue", handed);
        try {
            if (handed.state() != TaskState.QUEUED || !holdsWorker()) {
                starter.await();
            } else {
                Duration limit = checkoutTimeout();
                if (starter.await(limit) == null && handed.cancel()) {
                    // a caller that waits for a worker of its own must not wait for ever
                    throw desk.admission.refuse(new CheckoutTimeoutException("the task did not begin within " + limit
                            + ", and the caller itself has a worker of the group", desk.admission.status().total(),
                            null));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (handed.cancel()) {
                throw desk.admission.refuse(desk.admission.interrupted("the caller of syncQueue was interrupted"));
            }
        } catch (ProcessExit | StackOverflowError end) {
            handed.cancel();
            throw end;
        }
        PoolException refusal = handed.refusal();
        if (refusal != null) {
            throw refusal;
        }
        return handed;
    }

    private boolean holdsWorker() {
        return desk.members.stream().map(GroupMember::engine)
                .anyMatch(engine -> engine != null && engine.admission.holdsWorker());
    }

    private Duration checkoutTimeout() {
        PoolSpec<W> first = firstSpec();
        return first == null ? Duration.ZERO : first.checkoutTimeout();
    }

    @Override
    public Task<@Nullable Void> asyncQueue(WorkerAction<? super W, ?> task) {
        return asyncQueueResult(withoutResult(task));
    }

    @Override
    public <R extends @Nullable Object> Task<R> asyncQueueResult(WorkerFunction<? super W, ? extends R, ?> task) {
        GroupTask<W, R> handed = task(task, null);
        join("asyncQueue", handed);
        return handed;
    }

    private void join(String what, GroupTask<W, ?> task) {
        StackReserve.forOperation(); // no task may be in the queue while its caller believes that it was refused
        PoolException refusal = desk.join(what, task);
        if (refusal != null) {
            throw refusal;
        }
        startDeadline(task);
        desk.changed();
    }

    private void startDeadline(GroupTask<W, ?> task) {
        Duration deadline = options.deadline();
        if (deadline != null && task.state() == TaskState.QUEUED) {
            task.setTimer(desk.context.clock().schedule(deadline,
                    () -> desk.expire(task, () -> desk.admission.deadlineOver(task, deadline))));
        }
    }

    @Override
    public Task<@Nullable Void> schedule(Duration delay, WorkerAction<? super W, ?> task) {
        return scheduleResult(delay, withoutResult(task));
    }

    @Override
    public <R extends @Nullable Object> Task<R> scheduleResult(
            Duration delay, WorkerFunction<? super W, ? extends R, ?> task) {
        Objects.requireNonNull(delay, "delay must not be null");
        if (delay.isNegative() || delay.isZero()) {
            return asyncQueueResult(task);
        }
        GroupTask<W, R> handed = task(task, null);
        handed.dueNanos = desk.context.clock().nanoTime() + PoolContext.limitedNanos(delay);
        PoolException refusal = desk.admission.ask("schedule", true).refusal();
        if (refusal == null) {
            long most = desk.admission.status().total().queueCapacity();
            if (!desk.schedule(handed, most)) {
                refusal = desk.isClosed()
                        ? desk.admission.closed("schedule")
                        : PoolRejectedException.queueFull("schedule was refused: queue-capacity " + most
                                + " is reached by scheduled tasks", desk.admission.status().total(), null);
            }
        }
        if (refusal != null) {
            throw desk.admission.refuse(refusal);
        }
        handed.setTimer(desk.context.clock().schedule(delay, () -> due(handed)));
        return handed;
    }

    /** The delay of a scheduled task is over. On the thread of a timer. */
    private void due(GroupTask<W, ?> task) {
        if (!desk.undelay(task) || task.state() != TaskState.QUEUED) {
            return; // cancelled, or the group was closed
        }
        PoolException refusal = desk.join("a scheduled task", task);
        if (refusal != null) {
            task.rejectBeforeQueue(refusal);
        } else {
            startDeadline(task);
            desk.changed();
        }
    }

    private <R extends @Nullable Object> GroupTask<W, R> task(
            WorkerFunction<? super W, ? extends R, ?> task, @Nullable ReplySlot<Boolean> starter) {
        Objects.requireNonNull(task, "task must not be null");
        Map<String, WorkerFunction<? super W, ? extends R, ?>> works = HashMap.newHashMap(desk.members.size());
        for (GroupMember<W> member : desk.members) {
            PoolEngine<W> engine = member.engine();
            works.put(member.pool, engine == null ? task : OptionedTasks.decorated(engine.spec(), task));
        }
        return new GroupTask<>(desk, options, key, works, starter);
    }

    private static <W, X extends Exception> WorkerFunction<W, @Nullable Void, X> withoutResult(
            WorkerAction<W, X> action) {
        Objects.requireNonNull(action, "task must not be null");
        return worker -> {
            action.run(worker);
            return null;
        };
    }
}
