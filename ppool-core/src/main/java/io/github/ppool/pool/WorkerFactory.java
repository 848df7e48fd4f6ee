package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/**
 * Makes, checks and closes the workers of a pool. Every method runs on the process of the worker that it is about (so
 * that {@link io.github.ppool.process.ProcessSystem#currentProcess()} is that process; {@link #destroy} has an
 * exception), never under a lock of the pool. Methods are called for several workers at the same time.
 *
 * <p>A method may block: only callers that wait for this very worker are held up. Each method has a time limit, after
 * which the process is killed: {@link PoolSpec#creationTimeout}, {@link PoolSpec#validationTimeout},
 * {@link PoolSpec#shutdown}; {@link #survives} alone has none. Methods run with the pool's
 * {@linkplain PoolSpec#contextClassLoader context class loader}. After each call the pool puts the thread right: an
 * interrupt that the method has left behind is dropped, and name, priority and context class loader of the thread are
 * what they were.
 *
 * <p>A worker may itself be a process: {@code create} then starts it linked to the current process and returns its
 * {@link io.github.ppool.process.Pid} or {@link io.github.ppool.genserver.GenServerRef}. The end of that process, for
 * whatever reason, is then the end of the worker, and the end of the worker shuts that process down.
 *
 * <p>Stands for the {@code worker_module} and {@code worker_args} of poolboy.
 *
 * @param <W> the worker
 */
@FunctionalInterface
public interface WorkerFactory<W> {

    /**
     * Makes a worker. Any failure counts as one worker that could not be made: it is told to
     * {@link PoolListener#workerNotMade}, counts towards {@link PoolSpec#creationFailureLimit}, and a caller of
     * {@link PoolClient#tryCheckout} that waits for it is refused. The creation plan says when the next attempt is
     * made. That attempt is made on the same process if this method threw, an {@link Error} included, or returned
     * null; and on a new process if the process has ended meanwhile.
     *
     * <p>An attempt that takes longer than a second is no longer counted on: the pool makes another worker for the
     * waiting callers if there is room. After the {@linkplain PoolSpec#creationTimeout creation-timeout} the process
     * is killed.
     *
     * @return a new worker; null counts as a failure
     * @throws Exception if it can't be made now
     */
    W create() throws Exception;

    /**
     * Closes a worker that is no longer needed or whose process ends, also by a crash, a kill or a shutdown. Called
     * once for each worker that was made. By default it closes an {@link AutoCloseable} and does nothing with
     * anything else. The pool logs what this method throws; the worker is gone all the same. If it takes longer than
     * {@link PoolSpec#shutdown} the process is killed, and the place of the worker stays taken until this method has
     * returned or the thread has ended.
     *
     * <p>When the process was killed this runs while its thread unwinds, and a borrower may still be using the worker
     * in that moment: closing it is what tells the borrower. If that thread has not come to it within
     * {@link PoolSpec#orphanGrace}, or the pool is stopped, another thread, which is no process, calls this method
     * while the killed thread may still use the worker: closing a socket frees a thread that reads from it.
     *
     * @param worker the worker
     * @param cause why the worker ends, null if it is in good order; a {@link WorkerExitException} if another thread
     *     calls
     * @throws Exception anything
     */
    default void destroy(W worker, @Nullable Throwable cause) throws Exception {
        if (worker instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }

    /**
     * Checks a worker before it is lent, when the pool is told to validate, and when the worker is suspect: after a
     * transaction that threw something that does not crash the worker ({@link PoolSpec.Builder#crashOn}), and after
     * {@link Lease#suspect}. A worker that is not valid, or whose check throws, crashes and follows its restart plan;
     * the borrower waits on. A check that takes longer than a
     * second is no longer counted on; after the {@linkplain PoolSpec#validationTimeout validation-timeout} the
     * process is killed.
     *
     * @param worker the worker, idle
     * @return whether it may be lent
     * @throws Exception counts as false, and as the cause
     */
    default boolean validate(W worker) throws Exception {
        return true;
    }

    /**
     * Does something that keeps an idle worker usable, when the pool is told to keep its workers alive. An exception
     * from it crashes the worker. By default it {@linkplain #validate validates}, and a worker that is not valid
     * crashes. Has the same limits as {@link #validate}.
     *
     * @param worker the worker, idle
     * @throws Exception if the worker is broken
     */
    default void keepAlive(W worker) throws Exception {
        if (!validate(worker)) {
            throw new IllegalStateException("the worker is not valid any more");
        }
    }

    /**
     * Whether a worker is as good as new after a task that was handed over to it threw this. By default it is not: it
     * crashes, and its restart plan decides what follows. Asked on the worker's process before
     * {@link PoolSpec.Builder#surviveOn}; an {@link Error} is not asked about. Must not block: there is no time
     * limit, and the outcome of the task is not there yet. If it throws, that is logged, counts as false, and is
     * added to the failure as suppressed.
     *
     * @param failure what the task threw
     * @return whether the worker goes on
     */
    default boolean survives(Throwable failure) {
        return false;
    }
}
