package io.github.ppool.spring.boot.observation;

import io.github.ppool.pool.PoolTaskDecorator;
import io.github.ppool.pool.WorkerFunction;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs each attempt of a task with the thread-locals that Micrometer's context propagation captured when the task was
 * handed over. A task without such thread-locals stays as it is.
 *
 * <p>If a thread-local can't be set, the attempt fails, and the task does not run; those that are set are put back. If
 * one can't be put back, the failure is logged, the others are put back, and the outcome of the task stays.
 */
public final class ContextTaskDecorator implements PoolTaskDecorator {

    private final Supplier<ContextSnapshotFactory> snapshots;

    /** A class of its own, so that an application loads the classes of snapshots with its first task. */
    private static final class Nothing {
        /**
         * The snapshot that factories return if there is no value to set and none to clear. It is always the same
         * object.
         */
        private static final ContextSnapshot SNAPSHOT = ContextSnapshotFactory.builder()
                .captureKeyPredicate(key -> false)
                .build()
                .captureAll();
    }

    /**
     * Makes a decorator.
     *
     * @param snapshots captures the thread-locals of the caller
     */
    public ContextTaskDecorator(ContextSnapshotFactory snapshots) {
        this(() -> snapshots);
    }

    /** A decorator that asks for the factory with each task. */
    ContextTaskDecorator(Supplier<ContextSnapshotFactory> snapshots) {
        this.snapshots = snapshots;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // an empty snapshot may have values to clear, but not this one
    public <W, R extends @Nullable Object> WorkerFunction<W, R, ?> decorate(
            String pool, WorkerFunction<W, R, ?> task) {
        ContextSnapshot ofCaller = snapshots.get().captureAll();
        if (ofCaller == Nothing.SNAPSHOT) {
            return task;
        }
        return worker -> {
            ThreadLocalScopes scopes = ThreadLocalScopes.open(ofCaller);
            try {
                return task.call(worker);
            } finally {
                scopes.close(); // the task has its outcome
            }
        };
    }
}
