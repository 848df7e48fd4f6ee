package io.github.ppool.pool;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A pool as its users see it. Users borrow a worker with {@code checkout} or {@code transaction}, or hand work over
 * with the methods of {@link TaskQueue}. Borrowers and tasks wait in one queue, first in first out;
 * {@link TaskOptions#priority} changes the order.
 *
 * <p>Any thread may use a client. A client is valid as long as the pool exists, through all ends of its workers and of
 * its supervisor. If the tree gave up, and a pool of the same name and configuration is started anew, the client serves
 * that pool again.
 *
 * <p>Stands for the functions of {@code poolboy} and of {@code ppool}.
 *
 * @param <W> the worker
 */
public interface PoolClient<W> extends TaskQueue<W> {

    /** {@return the name of the pool} */
    String name();

    /**
     * Borrows a worker, and waits for one up to the pool's {@link PoolSpec#checkoutTimeout}. Blocks while it waits; an
     * interrupt ends the wait. Stands for {@code poolboy:checkout/1}.
     *
     * <p>Waiting callers are served in their order. A platform thread that has just handed its worker on, and finds no
     * idle one when it asks again, gives way first: it sleeps for some 50 to 150 microseconds, which count as waited.
     * Then it takes an idle worker or goes to the end of the queue. With a time-out below 5 milliseconds it does not
     * sleep.
     *
     * <p>After each of these errors the caller has no worker and is not in the queue. A {@link StackOverflowError}
     * comes before the first step: the pool first reserves the stack of the checkout and of the check-in.
     *
     * <p>Memory effects: actions of the former holder before {@link Lease#close} <em>happen-before</em> the return of
     * this method.
     *
     * @return the lease, which the caller must close
     * @throws CheckoutTimeoutException if no worker came in time. The message names the workers that the caller itself
     *     holds and, if leases are watched, the threads that hold workers, with the times
     * @throws PoolRejectedException if the queue is full, or the pool is suspended and refuses callers
     * @throws PoolInterruptedException if the calling thread is interrupted while it waits. Its interrupt flag is set,
     *     and a worker that came at the same moment has gone to the next in the queue
     * @throws WorkerUnavailableException if attempts to make a worker fail again and again; with the cause
     * @throws PoolStoppedException if the pool is stopped or has given up, now or during the wait
     */
    Lease<W> checkout();

    /**
     * Borrows a worker, and waits for one up to a time; otherwise as {@link #checkout()}. Stands for
     * {@code poolboy:checkout(Pool, true, Timeout)}.
     *
     * @param timeout the longest wait, by the pool's clock; with zero and less the caller takes only an idle worker,
     *     and waits at most for the validation of that worker
     * @return the lease, which the caller must close
     * @throws PoolException as {@link #checkout()}
     * @throws NullPointerException if the time-out is null; the call has no effect
     */
    Lease<W> checkout(Duration timeout);

    /**
     * Borrows a worker if one is idle, or if there is room to make one more. In the second case the call blocks until
     * that worker is made, but it never waits for another holder. An interrupt ends the wait. Stands for
     * {@code poolboy:checkout(Pool, false)}.
     *
     * @return the lease, which the caller must close; empty if all workers are taken, or if the
     *     {@linkplain PoolSpec.Builder#rate rate} of the pool is used up
     * @throws WorkerUnavailableException if the worker for this caller could not be made, or was not valid and does not
     *     come back at once; with the cause. Also if others have used up the rate meanwhile
     * @throws PoolException as {@link #checkout()}, except for the time-out and the full queue
     */
    Optional<Lease<W>> tryCheckout();

    /**
     * Borrows a worker without blocking, within the pool's {@link PoolSpec#checkoutTimeout}. The stage completes with
     * the lease, or exceptionally with an exception of {@link #checkout()}.
     *
     * <p>The thread that brings the lease completes the stage. If that thread has several stages to complete, or is the
     * thread of a timer or a supervisor, another thread of the pool does. So dependents without an executor hold up no
     * other caller. They may hold up the process of a worker or a thread that gives a worker back, and should be short.
     *
     * <p>{@code toCompletableFuture().cancel(…)} takes the caller out of the queue. A worker that comes at the same
     * moment goes to the next. A {@code cancel} that returns false came too late: the lease is there and must be
     * closed.
     *
     * <p>If the caller is a process, that process owns the lease, and the worker comes back when the process ends;
     * {@link Lease} says how if it is killed. Otherwise the lease has no owner. If no code refers to such a lease any
     * more, for example because the stage was dropped, the garbage collector finds it. Then the pool reports it as with
     * {@link PoolSpec#leakDetection}, and replaces the worker.
     *
     * @return a new stage
     */
    CompletionStage<Lease<W>> checkoutAsync();

    /**
     * Borrows a worker without blocking, within a time; otherwise as {@link #checkoutAsync()}.
     *
     * @param timeout the longest wait, by the pool's clock; with zero and less the caller takes only an idle worker
     * @return a new stage
     */
    CompletionStage<Lease<W>> checkoutAsync(Duration timeout);

    /**
     * Borrows a worker as {@link #checkout()} does, runs an action with it on the calling thread, and gives the worker
     * back. Blocks for the checkout and for the action. Stands for {@code poolboy:transaction/2}, which gives the
     * worker back after any exception.
     *
     * <p>An exception of the action is thrown on unchanged, after the worker was given back. If the exception or one of
     * its causes speaks of a broken resource, the worker crashes: {@link PoolSpec.Builder#crashOn} decides. After any
     * other exception, an {@link Error} and an {@link InterruptedException} included, the worker is
     * {@linkplain Lease#suspect suspect}, and is validated before it is lent again. If {@code crashOn} throws, the
     * failure is logged, counts as false, and is added to the exception as suppressed.
     *
     * <p>The pool leaves the thread as the action leaves it: an interrupt that the action has set stays set.
     *
     * @param action the work; a value that the lambda may have is dropped, see {@link #transactionResult}
     * @param <X> the exception of the action
     * @throws X if the action throws it
     * @throws PoolException as {@link #checkout()}; the action was not run
     */
    <X extends Exception> void transaction(WorkerAction<? super W, X> action) throws X;

    /**
     * Borrows a worker, runs a function with it on the calling thread, and gives the worker back; as
     * {@link #transaction}, with a result.
     *
     * @param function the work
     * @param <R> the result
     * @param <X> the exception of the function
     * @return the result of the function
     * @throws X if the function throws it
     * @throws PoolException as {@link #checkout()}; the function was not run
     */
    <R extends @Nullable Object, X extends Exception> R transactionResult(
            WorkerFunction<? super W, ? extends R, X> function) throws X;

    /**
     * Runs an asynchronous transaction within the pool's {@link PoolSpec#checkoutTimeout}; otherwise as
     * {@link #transactionAsync(Duration, WorkerFunction)}.
     *
     * @param function starts the work, and returns the stage that ends with it
     * @param <R> the result
     * @return a new stage
     */
    <R extends @Nullable Object> CompletionStage<R> transactionAsync(
            WorkerFunction<? super W, ? extends CompletionStage<? extends R>, ?> function);

    /**
     * Borrows a worker without blocking, starts work with it, and gives it back when the work is done. The function
     * gets the worker on the thread that brings it, as a dependent of {@link #checkoutAsync()} would. It returns the
     * <em>inner</em> stage. The worker is lent until the inner stage ends, normally or not; then the stage that this
     * method has returned completes in the same way.
     *
     * <p>An exception of the inner stage, or of the function itself, counts as an exception in {@link #transaction}. A
     * function that returns null has failed. If the {@code whenComplete} of the inner stage throws, the end of the work
     * stays unknown. The worker may be in use for ever then, so it crashes.
     *
     * <p>{@code toCompletableFuture().cancel(…)} ends the returned stage at once, as any other completion from outside
     * does. A caller that still waits for a worker leaves the queue, and the function is not called. Otherwise the
     * inner stage is cancelled if it is a {@link java.util.concurrent.Future}. The worker comes back when the inner
     * stage has ended and that call has returned. So a cancelled future must have left the worker by then. The work of
     * {@code supplyAsync} goes on after a cancel; for such work the function should return the
     * {@link java.util.concurrent.CompletableFuture#minimalCompletionStage()}, which can't be cancelled.
     *
     * <p>The lease has no owner, even if the caller is a process. If the inner stage is dropped before its end, the
     * worker comes back as with {@code checkoutAsync}. An inner stage that never ends and is not dropped keeps the
     * worker.
     *
     * @param timeout the longest wait for a worker, by the pool's clock; with zero and less the caller takes only an
     *     idle worker
     * @param function starts the work, and returns the stage that ends with it; must not block
     * @param <R> the result
     * @return a new stage. Without a worker it ends with the exception of {@link #checkout()}; after a failure it ends
     *     with the exception of the inner stage, without the {@link java.util.concurrent.CompletionException} around it
     * @throws NullPointerException if the time-out or the function is null; the call has no effect
     */
    <R extends @Nullable Object> CompletionStage<R> transactionAsync(
            Duration timeout, WorkerFunction<? super W, ? extends CompletionStage<? extends R>, ?> function);

    /**
     * Runs work once on each worker of the pool, without blocking: to reload a configuration, say, or to ask each
     * worker for its state. An idle worker begins at once. A busy worker begins when its lease or its task has ended,
     * before it serves the next waiter. A worker that is made while the broadcast runs gets the work too. The broadcast
     * ends when no worker is left without an outcome. Stands for {@code wpool:broadcast/2} of {@code worker_pool}.
     *
     * <p>On each worker the work is a task, as by {@link #runResult}. It runs on the worker's process, with the
     * time-out of the pool and without a second attempt, and work that throws crashes its worker unless the worker
     * survives. It runs also while the pool is suspended, and many workers run it at the same time.
     *
     * <p>The order of a broadcast and of tasks that wait is this: a worker runs the broadcast before the next task from
     * the queue. Two broadcasts reach each worker in their order.
     *
     * @param deadline the time after which workers that have not ended the work are {@link Broadcast.End#LATE}. Null
     *     means no limit: then a lease that is never closed keeps the broadcast from its end. With zero and less all
     *     workers are late at once, and idle ones may have begun
     * @param function the work
     * @param <R> the result
     * @return a new stage, which ends normally even if workers fail
     * @throws PoolStoppedException if the pool is stopped or has given up; no worker has run the work
     * @throws NullPointerException if the function is null; the call has no effect
     * @throws UnsupportedOperationException if this is a stand-in for a pool that has no broadcasts
     */
    default <R extends @Nullable Object> CompletionStage<Broadcast<R>> broadcastResult(
            @Nullable Duration deadline, WorkerFunction<? super W, ? extends R, ?> function) {
        throw new UnsupportedOperationException("the pool '" + name() + "' has no broadcasts, asked with the deadline "
                + deadline);
    }

    /**
     * Runs an action once on each worker of the pool; otherwise as {@link #broadcastResult}.
     *
     * @param deadline as that of {@link #broadcastResult}
     * @param action the work
     * @return a new stage
     * @throws PoolException as {@link #broadcastResult}
     */
    default CompletionStage<Broadcast<@Nullable Void>> broadcast(
            @Nullable Duration deadline, WorkerAction<? super W, ?> action) {
        Objects.requireNonNull(action, "action must not be null");
        return broadcastResult(deadline, worker -> {
            action.run(worker);
            return null;
        });
    }

    /**
     * Runs an action once on each worker of the pool, without a limit of time; otherwise as {@link #broadcastResult}.
     *
     * @param action the work
     * @return a new stage
     * @throws PoolException as {@link #broadcastResult}
     */
    default CompletionStage<Broadcast<@Nullable Void>> broadcast(WorkerAction<? super W, ?> action) {
        return broadcast(null, action);
    }

    /**
     * Returns a view of this pool for tasks with other options than {@link TaskOptions#DEFAULT}. Does not block. If the
     * options have a key, its {@code hashCode} is called, and an exception of it is passed on; no view is made then.
     *
     * @param options the options of all tasks that are handed over through the view
     * @return a view of this pool
     */
    TaskQueue<W> tasks(TaskOptions options);

    /**
     * Describes the pool at one moment. Takes the pool's lock for a moment; the time grows with the number of workers.
     * Stands for {@code poolboy:status/1}.
     *
     * @return a snapshot
     */
    PoolStatus status();

    /**
     * Looks at the tasks whose time has not come, and at the keys that tasks wait for. Takes the pool's lock for some
     * ten nanoseconds for each task that is looked at, and calls {@code toString} of keys without it.
     *
     * @param scheduled the most scheduled tasks to look at, 0 or more
     * @param keys the most keys to look at, 0 or more
     * @return the tasks and the keys; if not overridden, none
     * @throws IllegalArgumentException if a number is negative
     */
    default TaskBacklog backlog(int scheduled, int keys) {
        return TaskBacklog.NONE;
    }
}
