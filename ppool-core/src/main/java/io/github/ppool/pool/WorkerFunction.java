package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/**
 * Work with a worker that has a result. It runs on the same threads and under the same rules as a {@link WorkerAction}.
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
     * @param worker the worker, for the time of this call only; never null
     * @return the result; it should not lead to the worker, which soon belongs to another holder
     * @throws X if the work fails, as for {@link WorkerAction#run}
     */
    R call(W worker) throws X;
}
