package io.github.ppool.pool;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Hands work over to the workers of a pool. Each task runs on the process of a worker, on that process's own thread. A
 * task that throws crashes its worker, unless the worker survives the failure: see {@link PoolSpec.Builder#surviveOn}
 * and {@link WorkerFactory#survives}.
 *
 * <p>Each method comes twice: a plain one for a lambda without a value, or with a value that is dropped; and one with
 * {@code Result} in its name for a lambda with a value. With one name for both, a lambda that is a method call would be
 * ambiguous to the compiler.
 *
 * <p>Any thread may call these methods, the threads of processes included. Memory effects: actions of the caller before
 * the hand-over <em>happen-before</em> the task. Stands for the {@code ppool} of "Learn You Some Erlang".
 *
 * @param <W> the worker
 */
public interface TaskQueue<W> {

    /**
     * Runs a task at once or not at all: the pool accepts it if a worker is idle, or if there is room to make one
     * more, and if no other task has its {@linkplain TaskOptions#key key}. The {@linkplain PoolSpec.Builder#rate rates}
     * of the pool and of the key must permit it. Does not block. While a worker is being
     * made for the task, the task is {@link TaskState#QUEUED} and has its place reserved. Stands for {@code
     * ppool:run/2}.
     *
     * @param task the work
     * @return the task; empty if all workers are taken or a rate is used up, which is LYSE's {@code noalloc}
     * @throws PoolRejectedException if the pool is suspended and refuses callers; the task will not run
     * @throws PoolException if the pool is stopped, has given up or cannot make workers; the task will not run
     */
    Optional<Task<@Nullable Void>> run(WorkerAction<? super W, ?> task);

    /**
     * Runs a task with a result at once or not at all; otherwise as {@link #run}.
     *
     * @param task the work
     * @param <R> the result
     * @return the task; empty if all workers are taken
     * @throws PoolException as {@link #run}
     */
    <R extends @Nullable Object> Optional<Task<R>> runResult(WorkerFunction<? super W, ? extends R, ?> task);

    /**
     * Hands a task over, and blocks until a worker has begun with it. The task waits in the queue with all others. The
     * only limit is {@link TaskOptions#deadline}. A caller that itself holds a worker of this pool, borrowed or as the
     * one that runs its task, waits no longer than {@link PoolSpec#checkoutTimeout}. Stands for
     * {@code ppool:sync_queue/2}.
     *
     * @param task the work
     * @return the task, running or over
     * @throws PoolRejectedException if the queue is full, the pool is suspended and refuses callers, or the deadline
     *     passes before a worker begins; the task will not run
     * @throws CheckoutTimeoutException if the caller itself holds a worker and its time is over; the task is cancelled
     * @throws PoolInterruptedException if the calling thread is interrupted before a worker has begun; the interrupt
     *     flag is set, and the task is cancelled. If a worker has begun, the call returns with the flag set
     * @throws PoolException if the pool is stopped, has given up or cannot make workers; the task will not run
     */
    Task<@Nullable Void> syncQueue(WorkerAction<? super W, ?> task);

    /**
     * Hands a task with a result over, and blocks until a worker has begun with it; otherwise as {@link #syncQueue}.
     *
     * @param task the work
     * @param <R> the result
     * @return the task, running or over
     * @throws PoolException as {@link #syncQueue}
     */
    <R extends @Nullable Object> Task<R> syncQueueResult(WorkerFunction<? super W, ? extends R, ?> task);

    /**
     * Hands a task over and returns at once. The task runs after those before it in the queue. It is accepted and waits
     * also while workers cannot be made. Stands for {@code ppool:async_queue/2}.
     *
     * @param task the work
     * @return the task
     * @throws PoolRejectedException if the queue is full, or the pool is suspended and refuses callers; the task will
     *     not run
     * @throws PoolStoppedException if the pool is stopped or has given up; the task will not run
     */
    Task<@Nullable Void> asyncQueue(WorkerAction<? super W, ?> task);

    /**
     * Hands a task with a result over and returns at once; otherwise as {@link #asyncQueue}.
     *
     * @param task the work
     * @param <R> the result
     * @return the task
     * @throws PoolException as {@link #asyncQueue}
     */
    <R extends @Nullable Object> Task<R> asyncQueueResult(WorkerFunction<? super W, ? extends R, ?> task);

    /**
     * Hands a task over that joins the queue later, and returns at once. Until then the task is
     * {@link TaskState#QUEUED} and takes no place in the queue; {@link Task#cancel} takes it back. The delay is counted
     * by the pool's clock, and lives in memory only. Stands for {@code erlang:send_after/3} and {@code async_queue}.
     *
     * <p>When the delay is over, the task joins the queue as {@link #asyncQueue} does, behind the others of its
     * priority. A {@link TaskOptions#deadline} is counted from that moment. If the queue is full then, or the pool is
     * suspended and refuses callers, the task is {@link TaskState#REJECTED}, and its result has the
     * {@link PoolRejectedException}. A stop of the pool rejects the tasks whose delay is not over, and does not wait
     * for them. A task with a {@linkplain TaskOptions#key key} joins the others of its key at that moment, behind all
     * that wait for it. Until then it holds up none of them.
     *
     * <p>As many tasks may be scheduled as may wait: {@link PoolSpec#queueCapacity} bounds each of the two numbers.
     *
     * @param delay the time from now; with zero and less the task joins the queue at once, as by {@link #asyncQueue}. A
     *     delay beyond 292 years is cut to that
     * @param task the work
     * @return the task
     * @throws PoolRejectedException if queue-capacity tasks are scheduled already, or the pool is suspended and refuses
     *     callers; the task will not run
     * @throws PoolStoppedException if the pool is stopped or has given up; the task will not run
     * @throws NullPointerException if the delay or the task is null; the call has no effect
     */
    Task<@Nullable Void> schedule(Duration delay, WorkerAction<? super W, ?> task);

    /**
     * Hands a task with a result over that joins the queue later; otherwise as {@link #schedule}.
     *
     * @param delay the time from now
     * @param task the work
     * @param <R> the result
     * @return the task
     * @throws PoolException as {@link #schedule}
     */
    <R extends @Nullable Object> Task<R> scheduleResult(Duration delay, WorkerFunction<? super W, ? extends R, ?> task);
}
