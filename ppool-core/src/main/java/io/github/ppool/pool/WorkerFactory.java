package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/**
 * Makes, checks and closes the workers of a pool. Every method runs on the process of the worker that it is about (so that
 * {@link io.github.ppool.process.ProcessSystem#currentProcess()} is that process), never under a lock of the pool, and may block:
 * it holds up nobody but those who wait for this very worker. Methods are called for several workers at the same time.
 *
 * <p>A worker may itself be a process: {@code create} then starts it linked to the current process and returns its {@link
 * io.github.ppool.process.Pid} or {@link io.github.ppool.genserver.GenServerRef}. The end of that process, for whatever reason, is
 * then the end of the worker, and the end of the worker shuts that process down.
 *
 * <p>Stands for the {@code worker_module} and {@code worker_args} of poolboy.
 *
 * @param <W> the worker
 */
@FunctionalInterface
public interface WorkerFactory<W> {

    /**
     * Makes a worker. If it throws, the pool tries again as its creation plan says, on the same process; an {@link Error} or an
     * exit of the process counts as a crash of the worker instead.
     *
     * @return a new worker, never null
     * @throws Exception if it can't be made now
     */
    W create() throws Exception;

    /**
     * Closes a worker that is no longer needed or whose process ends, also by a crash, a kill or a shutdown. Called once for each
     * worker that was made. By default it closes an {@link AutoCloseable} and does nothing with anything else. What it throws
     * is logged.
     *
     * <p>When the process was killed this runs while its thread unwinds, and a borrower may still be using the worker in that
     * moment: closing it is what tells the borrower.
     *
     * @param worker the worker
     * @param cause why the worker ends, null if it is in good order
     * @throws Exception whatever it likes
     */
    default void destroy(W worker, @Nullable Throwable cause) throws Exception {
        if (worker instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }

    /**
     * Checks a worker before it is lent, when the pool is told to validate. A worker that is not valid, or whose check throws,
     * crashes and is replaced; the borrower waits for another one.
     *
     * @param worker the worker, idle
     * @return whether it may be lent
     * @throws Exception counts as false, and as the cause
     */
    default boolean validate(W worker) throws Exception {
        return true;
    }

    /**
     * Does something that keeps an idle worker usable, when the pool is told to keep its workers alive. What it throws crashes
     * the worker. By default it {@linkplain #validate validates}, and what is not valid crashes.
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
     * Whether a worker is as good as new after a task that was handed over to it threw this. By default it is not: it crashes,
     * and its restart plan decides what follows. See also {@link PoolSpec.Builder#surviveOn}.
     *
     * @param failure what the task threw
     * @return whether the worker goes on
     */
    default boolean survives(Throwable failure) {
        return false;
    }
}
