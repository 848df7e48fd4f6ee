package io.github.ppool.pool;

import io.github.ppool.guard.ForeignCode;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A pool's task side with other options than the default. */
final class OptionedTasks<W> implements TaskQueue<W> {

    private final PoolEngine<W> engine;
    private final TaskOptions options;

    OptionedTasks(PoolEngine<W> engine, TaskOptions options) {
        this.engine = engine;
        this.options = options;
    }

    @Override
    public Optional<Task<@Nullable Void>> run(WorkerAction<? super W, ?> task) {
        return engine.tasks().run(actionTask(task));
    }

    @Override
    public <R extends @Nullable Object> Optional<Task<R>> runResult(WorkerFunction<? super W, ? extends R, ?> task) {
        return engine.tasks().run(functionTask(task));
    }

    @Override
    public Task<@Nullable Void> syncQueue(WorkerAction<? super W, ?> task) {
        return engine.tasks().syncQueue(actionTask(task));
    }

    @Override
    public <R extends @Nullable Object> Task<R> syncQueueResult(WorkerFunction<? super W, ? extends R, ?> task) {
        return engine.tasks().syncQueue(functionTask(task));
    }

    @Override
    public Task<@Nullable Void> asyncQueue(WorkerAction<? super W, ?> task) {
        return engine.tasks().asyncQueue(actionTask(task));
    }

    @Override
    public <R extends @Nullable Object> Task<R> asyncQueueResult(WorkerFunction<? super W, ? extends R, ?> task) {
        return engine.tasks().asyncQueue(functionTask(task));
    }

    @SuppressWarnings("ReferenceEquality") // a function may say what it likes of another one
    private PoolTask<W, @Nullable Void> actionTask(WorkerAction<? super W, ?> action) {
        Objects.requireNonNull(action, "task must not be null");
        if (engine.spec().decorates()) {
            WorkerFunction<? super W, @Nullable Void, ?> plain = withoutResult(action);
            WorkerFunction<? super W, ? extends @Nullable Void, ?> decorated = decorated(plain);
            if (decorated != plain) {
                return new PoolTask<>(engine, decorated, options);
            }
        }
        return new PoolTask<>(engine, action, options); // nothing was put around it, so it needs no result either
    }

    private <R extends @Nullable Object> PoolTask<W, R> functionTask(
            WorkerFunction<? super W, ? extends R, ?> function) {
        Objects.requireNonNull(function, "task must not be null");
        return new PoolTask<>(engine, engine.spec().decorates() ? decorated(function) : function, options);
    }

    private <R extends @Nullable Object> WorkerFunction<? super W, ? extends R, ?> decorated(
            WorkerFunction<? super W, ? extends R, ?> function) {
        PoolTaskDecorator decorator = engine.spec().taskDecorator();
        return Objects.requireNonNull(
                ForeignCode.ask(() -> decorator.decorate(engine.name(), function)),
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
