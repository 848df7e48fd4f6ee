package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/**
 * Makes, checks and closes the workers of a pool. The pool calls each method on the process of the worker in question,
 * so {@link io.github.ppool.process.ProcessSystem#currentProcess()} is that process; {@link #destroy} has an exception.
 * It calls them without a lock, and for several workers at the same time.
 *
 * <p>A method may block: only callers that wait for this very worker are held up. Each method has a time limit, after
 * which the process is killed: {@link PoolSpec#creationTimeout}, {@link PoolSpec#validationTimeout} or
 * {@link PoolSpec#shutdown}. Only {@link #survives} has none. Methods run with the pool's
 * {@linkplain PoolSpec#contextClassLoader context class loader}.
 *
 * <p>After each call the pool drops an interrupt that the method has left behind. It restores the name, the priority
 * and the context class loader of the thread.
 *
 * <p>A worker may itself be a process. Then {@code create} starts it linked to the current process, and returns its
 * {@link io.github.ppool.process.Pid} or {@link io.github.ppool.genserver.GenServerRef}. The end of that process, for
 * any reason, is then the end of the worker, and the end of the worker shuts that process down.
 *
 * <p>Stands for the {@code worker_module} and {@code worker_args} of poolboy.
 *
 * @param <W> the worker
 */
@FunctionalInterface
public interface WorkerFactory<W> {

    /**
     * Makes a worker. Each failure is reported to {@link PoolListener#workerNotMade}, counts towards
     * {@link PoolSpec#creationFailureLimit}, and refuses a caller of {@link PoolClient#tryCheckout} that waits for this
     * worker. The creation plan decides on the next attempt. If this method threw, an {@link Error} included, or
     * returned null, the same process makes that attempt. If the process has ended meanwhile, a new process does.
     *
     * <p>After a second the pool no longer counts on the attempt: it makes another worker for the waiting callers if
     * there is room. After the {@linkplain PoolSpec#creationTimeout creation-timeout} the process is killed.
     *
     * @return a new worker; null counts as a failure
     * @throws Exception if no worker can be made now
     */
    W create() throws Exception;

    /**
     * Closes a worker that is no longer needed, or that ends with its process: by a crash, a kill or a shutdown. Called
     * once for each worker that was made. By default it closes an {@link AutoCloseable}, and ignores any
     * other object. The pool logs an exception of this method; the worker is gone all the same.
     *
     * <p>If the call takes longer than {@link PoolSpec#shutdown}, the process is killed. The place of the worker stays
     * occupied until this method has returned or the thread has ended.
     *
     * <p>In a killed process this method runs while the thread unwinds. A borrower may still be using the worker at
     * that moment: the closing tells it. If the thread has not come to this call within {@link PoolSpec#orphanGrace},
     * or the pool is stopped, another thread makes the call. That thread is no process, and the killed thread may still
     * use the worker: closing a socket frees a thread that reads from it.
     *
     * @param worker the worker
     * @param cause the reason, null if the worker is in good order; a {@link WorkerExitException} if another thread
     *     calls
     * @throws Exception if closing fails
     */
    default void destroy(W worker, @Nullable Throwable cause) throws Exception {
        if (worker instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }

    /**
     * Checks a worker before it is lent. The pool calls it as {@link PoolSpec#validateOnCheckout} and
     * {@link PoolSpec#validateAfterIdle} demand, and for each suspect worker. A worker is suspect after
     * {@link Lease#suspect}, and after a transaction with an exception that does not crash it
     * ({@link PoolSpec.Builder#crashOn}).
     *
     * <p>A worker that is not valid crashes and follows its restart plan, and so does one with a check that throws; the
     * borrower waits on. After a second the pool no longer counts on the check. After the
     * {@linkplain PoolSpec#validationTimeout validation-timeout} the process is killed.
     *
     * @param worker the idle worker
     * @return true if the worker may be lent; by default true
     * @throws Exception counts as false, and is the cause of the crash
     */
    default boolean validate(W worker) throws Exception {
        return true;
    }

    /**
     * Keeps an idle worker usable. The pool calls it in the interval of {@link PoolSpec#keepAlive}. An exception
     * crashes the worker. By default it {@linkplain #validate validates} the worker, and crashes one that is not valid.
     * Has the same limits as {@link #validate}.
     *
     * @param worker the idle worker
     * @throws Exception if the worker is broken
     */
    default void keepAlive(W worker) throws Exception {
        if (!validate(worker)) {
            throw new IllegalStateException("the worker is not valid any more");
        }
    }

    /**
     * Tells if a worker is as good as new after the failure of a handed-over task. If it is not, the worker crashes,
     * and its restart plan decides. Called on the worker's process before {@link PoolSpec.Builder#surviveOn}, but not
     * for an {@link Error}. Must not block: the call has no time limit, and the outcome of the task is not there yet.
     * If it throws, the exception is logged, counts as false, and is added to the failure as suppressed.
     *
     * @param failure the failure of the task
     * @return true if the worker goes on; by default false
     */
    default boolean survives(Throwable failure) {
        return false;
    }
}
