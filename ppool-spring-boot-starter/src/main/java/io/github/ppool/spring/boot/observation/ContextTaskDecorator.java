package io.github.ppool.spring.boot.observation;

import io.github.ppool.pool.PoolTaskDecorator;
import io.github.ppool.pool.WorkerFunction;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import org.jspecify.annotations.Nullable;

/** Has each attempt of a task run with the thread-locals that Micrometer's context propagation found where the task was handed over. */
public final class ContextTaskDecorator implements PoolTaskDecorator {

    private final ContextSnapshotFactory snapshots;

    /**
     * Makes a decorator.
     *
     * @param snapshots takes the thread-locals of the caller
     */
    public ContextTaskDecorator(ContextSnapshotFactory snapshots) {
        this.snapshots = snapshots;
    }

    @Override
    public <W, R extends @Nullable Object> WorkerFunction<W, R, ?> decorate(
            String pool, WorkerFunction<W, R, ?> task) {
        ContextSnapshot ofCaller = snapshots.captureAll();
        return worker -> ofCaller.wrap(() -> task.call(worker)).call();
    }
}
