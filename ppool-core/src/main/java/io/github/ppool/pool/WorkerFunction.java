package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/**
 * Work with a worker that has a result.
 *
 * @param <W> the worker
 * @param <R> the result, which may be null if its type says so
 * @param <X> the exception that the work may throw
 */
@FunctionalInterface
public interface WorkerFunction<W, R extends @Nullable Object, X extends Exception> {

    /**
     * Does the work.
     *
     * @param worker the worker, for the time of this call only
     * @return the result
     * @throws X if the work fails
     */
    R call(W worker) throws X;
}
