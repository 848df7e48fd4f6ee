package io.github.ppool.pool.engine;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolTaskDecorator;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.pool.TaskQueue;
import io.github.ppool.pool.WorkerAction;
import io.github.ppool.pool.WorkerFunction;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A pool's task side with other options than the default. */
final class OptionedTasks<W> implements TaskQueue<W> {

    private final TaskService<W> service;
    private final PoolSpec<W> spec;
    private final TaskOptions options;
    private final @Nullable TaskKey key;
    /** Whether a decorator is put around each task. */
    private final boolean decorates;

    @SuppressWarnings("ReferenceEquality") // equals of a decorator is foreign code
    OptionedTasks(TaskService<W> service, PoolSpec<W> spec, TaskOptions options) {
        this.service = service;
        this.spec = spec;
        this.key = TaskKey.of(options, spec);
        this.options = key != null && hasOnlyKey(options) ? TaskOptions.DEFAULT : options;
        this.decorates = spec.taskDecorator() != PoolTaskDecorator.NONE;
    }

    /** Whether the rest is the default. The tasks know their key apart, and a million of them may wait. */
    private static boolean hasOnlyKey(TaskOptions options) {
        return options.priority() == 0 && options.deadline() == null && options.timeout() == null
                && options.restart() == null && !options.independent() && !options.expendable();
    }

    @Override
    public Optional<Task<@Nullable Void>> run(WorkerAction<? super W, ?> task) {
        return service.run(actionTask(task));
    }

    @Override
    public <R extends @Nullable Object> Optional<Task<R>> runResult(WorkerFunction<? super W, ? extends R, ?> task) {
        return service.run(functionTask(task));
    }

    @Override
    public Task<@Nullable Void> syncQueue(WorkerAction<? super W, ?> task) {
        return service.syncQueue(actionTask(task));
    }

    @Override
    public <R extends @Nullable Object> Task<R> syncQueueResult(WorkerFunction<? super W, ? extends R, ?> task) {
        return service.syncQueue(functionTask(task));
    }

    @Override
    public Task<@Nullable Void> asyncQueue(WorkerAction<? super W, ?> task) {
        return service.asyncQueue(actionTask(task));
    }

    @Override
    public <R extends @Nullable Object> Task<R> asyncQueueResult(WorkerFunction<? super W, ? extends R, ?> task) {
        return service.asyncQueue(functionTask(task));
    }

    @Override
    public Task<@Nullable Void> schedule(Duration delay, WorkerAction<? super W, ?> task) {
        Objects.requireNonNull(delay, "delay must not be null");
        return service.schedule(actionTask(task), delay);
    }

    @Override
    public <R extends @Nullable Object> Task<R> scheduleResult(
            Duration delay, WorkerFunction<? super W, ? extends R, ?> task) {
        Objects.requireNonNull(delay, "delay must not be null");
        return service.schedule(functionTask(task), delay);
    }

    @SuppressWarnings("ReferenceEquality") // equals of a function is foreign code
    private PoolTask<W, @Nullable Void> actionTask(WorkerAction<? super W, ?> action) {
        Objects.requireNonNull(action, "task must not be null");
        if (decorates) {
            WorkerFunction<? super W, @Nullable Void, ?> plain = withoutResult(action);
            WorkerFunction<? super W, ? extends @Nullable Void, ?> decorated = decorated(spec, plain);
            if (decorated != plain) {
                return new PoolTask<>(service, decorated, options, key);
            }
        }
        return new PoolTask<>(service, action, options, key); // it was not decorated, so it needs no result either
    }

    private <R extends @Nullable Object> PoolTask<W, R> functionTask(
            WorkerFunction<? super W, ? extends R, ?> function) {
        Objects.requireNonNull(function, "task must not be null");
        return new PoolTask<>(service, decorates ? decorated(spec, function) : function, options, key);
    }

    /** The work of a task, decorated by the decorator of its pool. */
    @SuppressWarnings("ReferenceEquality") // equals of a decorator is foreign code
    static <W, R extends @Nullable Object> WorkerFunction<? super W, ? extends R, ?> decorated(
            PoolSpec<W> spec, WorkerFunction<? super W, ? extends R, ?> function) {
        PoolTaskDecorator decorator = spec.taskDecorator();
        return decorator == PoolTaskDecorator.NONE
                ? function
                : Objects.requireNonNull(
                        ForeignCode.ask(() -> decorator.decorate(spec.name(), function)),
                        "task-decorator must not return null");
    }

    private static <W, X extends Exception> WorkerFunction<W, @Nullable Void, X> withoutResult(
            WorkerAction<W, X> action) {
        return worker -> {
            action.run(worker);
            return null;
        };
    }
}
