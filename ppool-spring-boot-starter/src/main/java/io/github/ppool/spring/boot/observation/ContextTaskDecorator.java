package io.github.ppool.spring.boot.observation;

import io.github.ppool.pool.PoolTaskDecorator;
import io.github.ppool.pool.WorkerFunction;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import org.jspecify.annotations.Nullable;

/**
 * Has each attempt of a task run with the thread-locals that Micrometer's context propagation found where the task
 * was handed over. A task whose caller has none is left as it is.
 */
public final class ContextTaskDecorator implements PoolTaskDecorator {

    /** What factories give where there is nothing to be carried and nothing to be cleared: always the same snapshot. */
    private static final ContextSnapshot NOTHING = ContextSnapshotFactory.builder()
            .captureKeyPredicate(key -> false)
            .build()
            .captureAll();

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
    @SuppressWarnings("ReferenceEquality") // an empty snapshot may have something to clear; this one has not
    public <W, R extends @Nullable Object> WorkerFunction<W, R, ?> decorate(
            String pool, WorkerFunction<W, R, ?> task) {
        ContextSnapshot ofCaller = snapshots.captureAll();
        if (ofCaller == NOTHING) {
            return task;
        }
        return worker -> ofCaller.wrap(() -> task.call(worker)).call();
    }
}
