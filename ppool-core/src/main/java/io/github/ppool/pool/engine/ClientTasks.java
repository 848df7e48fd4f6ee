package io.github.ppool.pool.engine;

import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.pool.TaskQueue;
import io.github.ppool.pool.WorkerAction;
import io.github.ppool.pool.WorkerFunction;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The base of clients: the calls that hand tasks over with {@linkplain TaskOptions#DEFAULT the default options}. */
abstract class ClientTasks<W> implements TaskQueue<W> {

    private final TaskQueue<W> tasks;

    ClientTasks(TaskQueue<W> tasks) {
        this.tasks = tasks;
    }

    @Override
    public final Optional<Task<@Nullable Void>> run(WorkerAction<? super W, ?> task) {
        return tasks.run(task);
    }

    @Override
    public final <R extends @Nullable Object> Optional<Task<R>> runResult(
            WorkerFunction<? super W, ? extends R, ?> task) {
        return tasks.runResult(task);
    }

    @Override
    public final Task<@Nullable Void> syncQueue(WorkerAction<? super W, ?> task) {
        return tasks.syncQueue(task);
    }

    @Override
    public final <R extends @Nullable Object> Task<R> syncQueueResult(WorkerFunction<? super W, ? extends R, ?> task) {
        return tasks.syncQueueResult(task);
    }

    @Override
    public final Task<@Nullable Void> asyncQueue(WorkerAction<? super W, ?> task) {
        return tasks.asyncQueue(task);
    }

    @Override
    public final <R extends @Nullable Object> Task<R> asyncQueueResult(
            WorkerFunction<? super W, ? extends R, ?> task) {
        return tasks.asyncQueueResult(task);
    }

    @Override
    public final Task<@Nullable Void> schedule(Duration delay, WorkerAction<? super W, ?> task) {
        return tasks.schedule(delay, task);
    }

    @Override
    public final <R extends @Nullable Object> Task<R> scheduleResult(
            Duration delay, WorkerFunction<? super W, ? extends R, ?> task) {
        return tasks.scheduleResult(delay, task);
    }
}
