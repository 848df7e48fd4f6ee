package io.github.ppool.pool;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A pool, to those who use it: borrow a worker with {@code checkout} or {@code transaction}, or hand work over as
 * {@link TaskQueue} says. All who wait stand in one queue, first in first out (see {@link TaskOptions#priority}).
 *
 * <p>May be used from any thread. The handle is good for as long as the pool exists, whatever happens to its workers
 * and to its supervisor; it even serves again when a pool of the same name and configuration was started anew after the
 * tree gave up.
 *
 * <p>Stands for the functions of {@code poolboy} and of {@code ppool}.
 *
 * @param <W> the worker
 */
public interface PoolClient<W> extends TaskQueue<W> {

    /**
     * The name of the pool.
     *
     * @return the name
     */
    String name();

    /**
     * Borrows a worker, waiting for one up to the pool's {@link PoolSpec#checkoutTimeout}. Stands for
     * {@code poolboy:checkout/1}.
     *
     * <p>Whoever waits is served in turn. A platform thread that has just given back a worker for which others waited,
     * and finds none idle when it asks again, gives way first: it sleeps some 50 to 150 microseconds, which count as
     * waited, before it takes what is idle then or goes to the end of the queue. With less time than 5 milliseconds it
     * does not.
     *
     * <p>Each of these errors leaves the caller without a worker and outside of the queue. A
     * {@link StackOverflowError} comes before anything has happened: the pool makes sure of enough stack for the
     * checkout and for the check-in.
     *
     * @return the lease, to be closed by the caller
     * @throws CheckoutTimeoutException if no worker came in time; it names the workers that the caller itself has and,
     *     where leases are watched, the threads that have workers, with the times
     * @throws PoolRejectedException if the queue is full, or the pool is suspended and refuses callers
     * @throws PoolInterruptedException if the calling thread is interrupted while it waits; its interrupt flag is set,
     *     and a worker that came at the same moment has gone to the next in the queue
     * @throws WorkerUnavailableException if workers cannot be made, again and again; with the cause
     * @throws PoolStoppedException if the pool is stopped or has given up, now or while the caller waits
     */
    Lease<W> checkout();

    /**
     * Borrows a worker, waiting for one up to a time. Stands for {@code poolboy:checkout(Pool, true, Timeout)}.
     *
     * @param timeout by the pool's clock; zero and negative take only an idle worker
     * @return the lease, to be closed by the caller
     * @throws PoolException as {@link #checkout()}
     */
    Lease<W> checkout(Duration timeout);

    /**
     * Borrows a worker if one is idle, or if there is room to make one more; then it waits until that one is made, but
     * never for another holder. Stands for {@code poolboy:checkout(Pool, false)}.
     *
     * @return the lease, empty if all are taken
     * @throws WorkerUnavailableException if the worker that was to be made for the caller could not be made; with the
     *         cause
     * @throws PoolException as {@link #checkout()}, but for the time-out and the full queue
     */
    Optional<Lease<W>> tryCheckout();

    /**
     * Borrows a worker without blocking, within the pool's {@link PoolSpec#checkoutTimeout}. The stage completes with
     * the lease, or exceptionally with what {@link #checkout()} would throw, on the thread that brings it, or on a
     * thread of its own: if that thread has several stages to complete, or is that of a timer or a supervisor. So
     * dependents without an executor hold up no other caller, but may hold up a worker's process or a thread that
     * gives a worker back, and should be short. {@code toCompletableFuture().cancel(…)} takes the caller out of the
     * queue; a worker that comes at the same moment goes to the next. A {@code cancel} that returns false has come
     * too late: the lease is there and must be closed.
     *
     * <p>If the caller is a process, the lease is that process's and comes back when it ends; if it is killed, as
     * {@link Lease} says. Otherwise it has no owner. One that no code refers to any more, because the stage was
     * dropped, say, is noticed when the garbage collector finds it: that is told as {@link PoolSpec#leakDetection}
     * says, and the worker is replaced.
     *
     * @return a new stage
     */
    CompletionStage<Lease<W>> checkoutAsync();

    /**
     * As {@link #checkoutAsync()} with a time-out of its own.
     *
     * @param timeout by the pool's clock; zero and negative take only an idle worker
     * @return a new stage
     */
    CompletionStage<Lease<W>> checkoutAsync(Duration timeout);

    /**
     * Borrows a worker, does something with it on the calling thread, and gives it back. If the action throws
     * something that speaks of a broken resource, itself or by one of its causes, the worker crashes:
     * {@link PoolSpec.Builder#crashOn} says what does. After anything else, an {@link Error} and an
     * {@link InterruptedException} included, the worker is {@linkplain Lease#suspect suspect}: it is validated before
     * it is lent again. The exception is thrown on as it is. If {@code crashOn} throws instead of answering, that is
     * logged, counts as false, and is added to the exception as suppressed. The thread is left as the action leaves
     * it, with an interrupt that it has set. Stands for {@code poolboy:transaction/2}, which gives the worker back
     * whatever was thrown.
     *
     * @param action what to do; what it returns, if anything, is dropped: see {@link #transactionResult}
     * @param <X> what the action may throw
     * @throws X what the action throws
     * @throws PoolException as {@link #checkout()}; the action was not run
     */
    <X extends Exception> void transaction(WorkerAction<? super W, X> action) throws X;

    /**
     * As {@link #transaction}, with a result.
     *
     * @param function what to do
     * @param <R> the result
     * @param <X> what the function may throw
     * @return what the function returns
     * @throws X what the function throws
     * @throws PoolException as {@link #checkout()}; the function was not run
     */
    <R extends @Nullable Object, X extends Exception> R transactionResult(
            WorkerFunction<? super W, ? extends R, X> function) throws X;

    /**
     * Borrows a worker without blocking, begins something with it, and gives it back when that is done, within the
     * pool's {@link PoolSpec#checkoutTimeout}: as {@link #transactionAsync(Duration, WorkerFunction)}.
     *
     * @param function begins the work and returns the stage that ends with it
     * @param <R> the result
     * @return a new stage
     */
    <R extends @Nullable Object> CompletionStage<R> transactionAsync(
            WorkerFunction<? super W, ? extends CompletionStage<? extends R>, ?> function);

    /**
     * Borrows a worker without blocking, begins something with it, and gives it back when that is done. The function
     * gets the worker on the thread that brings it, as a dependent of {@link #checkoutAsync()} would, and returns a
     * stage. The worker is lent until that inner stage ends, normally or not, and then the stage that this method has
     * returned completes in the same way.
     *
     * <p>An exception of the inner stage, or of the function itself, is treated as one of {@link #transaction}. A
     * function that returns null has failed. If the inner stage can't tell its end, because its {@code whenComplete}
     * throws, the worker crashes, since it may be in use for ever.
     *
     * <p>{@code toCompletableFuture().cancel(…)} ends the returned stage at once, as any other completion from outside
     * does. A caller without a worker leaves the queue then, and the function is not called. Else the inner stage is
     * cancelled if it is a {@link java.util.concurrent.Future}. The worker comes back when the inner stage has ended
     * and that call has returned: a cancelled future must have left the worker by then. If its work goes on, as that of
     * {@code supplyAsync} does, the function should return its {@link
     * java.util.concurrent.CompletableFuture#minimalCompletionStage()}, which can't be cancelled.
     *
     * <p>The lease has no owner, even if the caller is a process, and comes back as that of {@code checkoutAsync} does
     * if the inner stage is dropped before it has ended. A stage that never ends and is not dropped keeps the worker.
     *
     * @param timeout how long to wait for a worker, by the pool's clock; zero and negative take only an idle worker
     * @param function begins the work and returns the stage that ends with it; it must not block
     * @param <R> the result
     * @return a new stage; it ends exceptionally with the exception of {@link #checkout()} if there is no worker, or
     *     with that of the inner stage, without the {@link java.util.concurrent.CompletionException} around it
     */
    <R extends @Nullable Object> CompletionStage<R> transactionAsync(
            Duration timeout, WorkerFunction<? super W, ? extends CompletionStage<? extends R>, ?> function);

    /**
     * The same pool for tasks with other options than {@link TaskOptions#DEFAULT}.
     *
     * @param options how the tasks are to be run
     * @return a view of this pool
     */
    TaskQueue<W> tasks(TaskOptions options);

    /**
     * How the pool is, at one moment. Takes the pool's lock for a moment, in time linear in the number of workers.
     * Stands for {@code poolboy:status/1}.
     *
     * @return a snapshot
     */
    PoolStatus status();
}
