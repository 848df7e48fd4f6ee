package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/**
 * Something to do with a worker that has a result.
 *
 * @param <W> the worker
 * @param <R> the result, which may be null if its type says so
 * @param <X> what it may throw
 */
@FunctionalInterface
public interface WorkerFunction<W, R extends @Nullable Object, X extends Exception> {

    /**
     * Does it.
     *
     * @param worker the worker, for the time of this call only
     * @return the result
     * @throws X as it likes
     */
    R call(W worker) throws X;
}
