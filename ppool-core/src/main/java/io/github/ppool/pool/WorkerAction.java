package io.github.ppool.pool;

/**
 * Work with a worker, without a result. A lambda such as {@code w -> w.send(m)} fits with and without a result of
 * {@code send}; a result is dropped.
 *
 * @param <W> the worker
 * @param <X> the exception that the work may throw
 */
@FunctionalInterface
public interface WorkerAction<W, X extends Exception> {

    /**
     * Does the work.
     *
     * @param worker the worker, for the time of this call only
     * @throws X if the work fails
     */
    void run(W worker) throws X;
}
