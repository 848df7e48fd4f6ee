package io.github.ppool.pool;

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
        return engine.run(decorated(withoutResult(task)), options);
    }

    @Override
    public <R extends @Nullable Object> Optional<Task<R>> runResult(WorkerFunction<? super W, ? extends R, ?> task) {
        return engine.run(decorated(task), options);
    }

    @Override
    public Task<@Nullable Void> syncQueue(WorkerAction<? super W, ?> task) {
        return engine.syncQueue(decorated(withoutResult(task)), options);
    }

    @Override
    public <R extends @Nullable Object> Task<R> syncQueueResult(WorkerFunction<? super W, ? extends R, ?> task) {
        return engine.syncQueue(decorated(task), options);
    }

    @Override
    public Task<@Nullable Void> asyncQueue(WorkerAction<? super W, ?> task) {
        return engine.asyncQueue(decorated(withoutResult(task)), options);
    }

    @Override
    public <R extends @Nullable Object> Task<R> asyncQueueResult(WorkerFunction<? super W, ? extends R, ?> task) {
        return engine.asyncQueue(decorated(task), options);
    }

    private <R extends @Nullable Object> WorkerFunction<? super W, ? extends R, ?> decorated(
            WorkerFunction<? super W, ? extends R, ?> task) {
        return engine.spec().taskDecorator().decorate(engine.name(), task);
    }

    private static <W, X extends Exception> WorkerFunction<W, @Nullable Void, X> withoutResult(
            WorkerAction<W, X> action) {
        return worker -> {
            action.run(worker);
            return null;
        };
    }
}
