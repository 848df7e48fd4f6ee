package io.github.ppool.pool;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Handing work over to the workers of a pool: each task runs on a worker's process, on that process's own thread. A
 * task that throws crashes its worker unless the worker survives it ({@link PoolSpec.Builder#surviveOn},
 * {@link WorkerFactory#survives}).
 *
 * <p>Each way comes twice: plain, for a lambda whose value, if it has one, is dropped; and with {@code Result} in its
 * name, for a lambda with a value. (One name for both would be ambiguous to the compiler wherever the lambda is a
 * call.)
 *
 * <p>May be called from any thread, processes included. Stands for the {@code ppool} of "Learn You Some Erlang".
 *
 * @param <W> the worker
 */
public interface TaskQueue<W> {

    /**
     * Runs a task at once or not at all: it is accepted if a worker is idle, or if there is room to make one more.
     * Never waits. When a worker must be made first the task is {@link TaskState#QUEUED} until then, with its place
     * reserved. Stands for {@code ppool:run/2}.
     *
     * @param task what to do
     * @return the task, empty if no worker is to be had: {@code noalloc}
     * @throws PoolException if the pool is stopped, has given up, cannot make workers, or is suspended and refuses
     *         callers
     */
    Optional<Task<@Nullable Void>> run(WorkerAction<? super W, ?> task);

    /**
     * As {@link #run}, for a task with a result.
     *
     * @param task what to do
     * @param <R> the result
     * @return the task, empty if no worker is to be had
     * @throws PoolException as {@link #run}
     */
    <R extends @Nullable Object> Optional<Task<R>> runResult(WorkerFunction<? super W, ? extends R, ?> task);

    /**
     * Hands a task over and waits until a worker has begun with it, in turn with all others who wait for one. Blocks
     * without a limit but for {@link TaskOptions#deadline}. A caller that has a worker of this pool itself, borrowed
     * or as the one that runs its task, waits no longer than {@link PoolSpec#checkoutTimeout}. Stands for
     * {@code ppool:sync_queue/2}.
     *
     * @param task what to do
     * @return the task, running or over
     * @throws PoolRejectedException if the queue is full, or the deadline passes before a worker begins
     * @throws CheckoutTimeoutException if the caller has a worker itself and its time is over; the task is cancelled
     * @throws PoolInterruptedException if the calling thread is interrupted; its interrupt flag is set, and the task is
     *     cancelled unless a worker has begun with it
     * @throws PoolException if the pool is stopped, has given up or cannot make workers
     */
    Task<@Nullable Void> syncQueue(WorkerAction<? super W, ?> task);

    /**
     * As {@link #syncQueue}, for a task with a result.
     *
     * @param task what to do
     * @param <R> the result
     * @return the task, running or over
     * @throws PoolException as {@link #syncQueue}
     */
    <R extends @Nullable Object> Task<R> syncQueueResult(WorkerFunction<? super W, ? extends R, ?> task);

    /**
     * Hands a task over and returns at once; it runs when its turn comes, also when workers cannot be made at the
     * moment. Stands for {@code ppool:async_queue/2}.
     *
     * @param task what to do
     * @return the task
     * @throws PoolRejectedException if the queue is full; the task will not be run
     * @throws PoolException if the pool is stopped or has given up; the task will not be run
     */
    Task<@Nullable Void> asyncQueue(WorkerAction<? super W, ?> task);

    /**
     * As {@link #asyncQueue}, for a task with a result.
     *
     * @param task what to do
     * @param <R> the result
     * @return the task
     * @throws PoolException as {@link #asyncQueue}
     */
    <R extends @Nullable Object> Task<R> asyncQueueResult(WorkerFunction<? super W, ? extends R, ?> task);
}
