package io.github.ppool.pool;

/**
 * Work with a worker, without a result. A lambda such as {@code w -> w.send(m)} fits with and without a result of
 * {@code send}; a result is dropped.
 *
 * <p>A transaction runs the work on the thread of its caller, and a task on the process of the worker. The work may
 * block. It has the worker alone until it ends, and sees all that the former holder has done with it.
 *
 * @param <W> the worker
 * @param <X> the exception that the work may throw
 */
@FunctionalInterface
public interface WorkerAction<W, X extends Exception> {

    /**
     * Does the work.
     *
     * @param worker the worker, for the time of this call only; never null
     * @throws X if the work fails. The exception decides about the worker: see {@link PoolSpec.Builder#crashOn} for
     *     transactions, and {@link PoolSpec.Builder#surviveOn} for tasks
     */
    void run(W worker) throws X;
}
