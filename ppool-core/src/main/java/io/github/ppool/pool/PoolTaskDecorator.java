package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/**
 * Puts code around each task that is handed over to a pool: the caller's context, an observation, a check. Borrowers
 * are not concerned: they do their work on their own threads.
 */
public interface PoolTaskDecorator {

    /** Returns each task unchanged. */
    PoolTaskDecorator NONE = new PoolTaskDecorator() {
        @Override
        public <W, R extends @Nullable Object> WorkerFunction<W, R, ?> decorate(
                String pool, WorkerFunction<W, R, ?> task) {
            return task;
        }
    };

    /**
     * Returns the function that a worker runs instead of the task. Called once for each task, on the thread that hands
     * the task over, before the pool decides on its acceptance. So this method can capture the caller's context. It
     * holds up its caller and must not block; the pool holds no lock.
     *
     * <p>An exception of this method goes to the caller, and no task is handed over. A null result counts as a
     * {@link NullPointerException}. An interrupt that this method leaves behind stays on the thread of the caller,
     * which may be meant, unless it is the thread of a living process.
     *
     * <p>The returned function is a part of the task: its failure is the task's failure, and its time is the task's
     * time. An interrupt that it leaves behind is dropped when the task is over.
     *
     * @param pool the name of the pool
     * @param task the work. The returned function must call it once, and must pass its result or exception on, because
     *     the pool judges the worker by that
     * @param <W> the worker
     * @param <R> the result
     * @return the function that the worker's process runs, once for each attempt
     */
    <W, R extends @Nullable Object> WorkerFunction<W, R, ?> decorate(String pool, WorkerFunction<W, R, ?> task);
}
