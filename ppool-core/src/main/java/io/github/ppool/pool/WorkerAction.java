package io.github.ppool.pool;

/**
 * Something to do with a worker, without a result. A lambda such as {@code w -> w.send(m)} fits whether {@code send}
 * returns something or not; what it returns is dropped.
 *
 * @param <W> the worker
 * @param <X> what it may throw
 */
@FunctionalInterface
public interface WorkerAction<W, X extends Exception> {

    /**
     * Does it.
     *
     * @param worker the worker, for the time of this call only
     * @throws X as it likes
     */
    void run(W worker) throws X;
}
