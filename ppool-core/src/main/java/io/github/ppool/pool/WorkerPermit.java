package io.github.ppool.pool;

/** The permit of a {@link WorkerGate} for one worker of a pool. */
@FunctionalInterface
public interface WorkerPermit {

    /**
     * Gives the permit back. The pool calls this exactly once for each permit: after the worker is closed, or after the
     * attempt to make the worker has failed. If a killed thread keeps the worker, the call comes after
     * {@link WorkerFactory#destroy} has returned on another thread, or after that thread has ended.
     *
     * <p>Any thread, without a lock. Must not block for long, because the next worker of the place may wait for it. An
     * exception is logged and has no other effect.
     */
    void release();
}
