package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/**
 * Puts something around each task that is handed over to a pool: the caller's context, an observation, a check.
 * Borrowers are not concerned: they do their work on their own threads.
 */
public interface PoolTaskDecorator {

    /** Changes nothing. */
    PoolTaskDecorator NONE = new PoolTaskDecorator() {
        @Override
        public <W, R extends @Nullable Object> WorkerFunction<W, R, ?> decorate(
                String pool, WorkerFunction<W, R, ?> task) {
            return task;
        }
    };

    /**
     * Called once for each task, on the thread that hands it over and before the pool decides whether to accept it:
     * so here is where the caller's context is taken. Must not block, since it holds up its caller; no lock is held.
     * Its exception goes to the caller, and nothing is handed over; so does a {@link NullPointerException} if it
     * returns null. An interrupt that it leaves behind stays on the thread of the caller, which may be meant, unless
     * that is the thread of a living process.
     *
     * <p>The returned function is a part of the task: its failure is the task's failure, its time is the task's time,
     * and an interrupt that it leaves behind is dropped when the task is over.
     *
     * @param pool the name of the pool
     * @param task the work; must be called once for each call of what is returned, and what it returns or throws be
     *     passed on, because the pool judges by that
     * @param <W> the worker
     * @param <R> the result
     * @return what is run instead, on the worker's process, once for each attempt
     */
    <W, R extends @Nullable Object> WorkerFunction<W, R, ?> decorate(String pool, WorkerFunction<W, R, ?> task);
}
