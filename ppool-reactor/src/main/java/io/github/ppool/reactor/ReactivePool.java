package io.github.ppool.reactor;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskState;
import io.github.ppool.pool.WorkerFunction;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/**
 * A view of a pool for code that uses Project Reactor. A worker is lent to a publisher for as long as the publisher
 * goes on. No lease enters a pipeline, so no operator can lose one or use a worker after its lease.
 *
 * <p>Each subscription borrows for itself, and no worker is borrowed without one. The pipeline goes on after the worker
 * has come back, on the thread that has ended the work; the subscriber's context reaches the work. No method blocks.
 * Any thread may use a view.
 *
 * <p>A subscriber that cancels while it waits for a worker leaves the queue, and the work is never called. A
 * cancellation has no acknowledgement in Reactor: an operator of the work may be between two steps at that moment, and
 * may still begin the next step with the worker. So after a later cancellation the subscriber gets no signal any more,
 * and the work goes on to its end. Endless work needs the view of {@link #cancelling()}, or it keeps its worker.
 *
 * @param <W> the worker
 */
public final class ReactivePool<W> {

    private final PoolClient<W> pool;
    private final @Nullable Duration timeout;
    private final boolean cancelling;

    private ReactivePool(PoolClient<W> pool, @Nullable Duration timeout, boolean cancelling) {
        this.pool = pool;
        this.timeout = timeout;
        this.cancelling = cancelling;
    }

    /**
     * Makes a view of a pool.
     *
     * @param pool the pool
     * @param <W> the worker
     * @return the view; it holds no worker, and needs no end
     * @throws NullPointerException if the pool is null
     */
    public static <W> ReactivePool<W> of(PoolClient<W> pool) {
        return new ReactivePool<>(Objects.requireNonNull(pool), null, false);
    }

    /**
     * Returns a view with another limit for the wait in the queue; the limit does not end the work.
     *
     * @param newTimeout the longest wait, by the pool's clock; with zero and less only an idle worker is taken
     * @return a new view
     * @throws NullPointerException if the time-out is null
     */
    public ReactivePool<W> withCheckoutTimeout(Duration newTimeout) {
        return new ReactivePool<>(pool, Objects.requireNonNull(newTimeout), cancelling);
    }

    /**
     * Returns a view that cancels the work as soon as its subscriber cancels. It is for work that has left the worker
     * when it is cancelled: a single step of a client that promises this, and no {@code flatMap} or {@code concatMap}
     * over the worker. The worker then counts as after a {@link java.util.concurrent.CancellationException}: it is
     * validated, or crashes if {@code crashOn} says so.
     *
     * @return a new view
     */
    public ReactivePool<W> cancelling() {
        return new ReactivePool<>(pool, timeout, true);
    }

    /**
     * Borrows a worker for each subscription, and lends it until the work has ended. As {@link
     * PoolClient#transactionAsync(WorkerFunction)}, also for failures.
     *
     * @param work starts the work; called once for each subscription, on the thread that brings the worker. Must not
     *     block
     * @param <R> the result
     * @return a publisher of the result, or of the failure of the work. Without a worker it fails with the {@link
     *     PoolException} of {@link PoolClient#checkout()}
     * @throws NullPointerException if the work is null
     */
    public <R> Mono<R> transaction(WorkerFunction<? super W, ? extends Mono<? extends R>, ?> work) {
        Objects.requireNonNull(work);
        return Mono.create(sink -> {
            AtomicReference<@Nullable R> result = new AtomicReference<>();
            Exchange<W, R> exchange = new Exchange<>(Context.of(sink.contextView()), result::set, cancelling);
            sink.onCancel(exchange::subscriberCancelled);
            exchange.borrow(pool, timeout, work, failure -> {
                if (failure == null) {
                    sink.success(result.get());
                } else {
                    sink.error(failure);
                }
            });
        });
    }

    /**
     * Borrows a worker for each subscription, and lends it until the work has ended, however slow its subscriber is.
     * Elements that are not yet requested are kept in memory without a limit.
     *
     * @param work starts the work, as in {@link #transaction}
     * @param <R> the elements
     * @return a publisher of the elements; it ends after the worker has come back
     * @throws NullPointerException if the work is null
     */
    public <R> Flux<R> transactionMany(WorkerFunction<? super W, ? extends Publisher<? extends R>, ?> work) {
        Objects.requireNonNull(work);
        return Flux.create(sink -> {
            Exchange<W, R> exchange = new Exchange<>(Context.of(sink.contextView()), sink::next, cancelling);
            sink.onCancel(exchange::subscriberCancelled);
            exchange.borrow(pool, timeout, work, failure -> {
                if (failure == null) {
                    sink.complete();
                } else {
                    sink.error(failure);
                }
            });
        });
    }

    /**
     * Hands blocking work over for each subscription. It runs as a task, on the worker's own thread. A task that still
     * waits when its subscriber cancels is cancelled, and a task that runs goes on to its end.
     *
     * @param work the work, which may block; a result of null is no element
     * @param <R> the result
     * @return a publisher of the result, or of the failure that {@link Task#result()} has
     * @throws NullPointerException if the work is null
     */
    public <R> Mono<R> task(WorkerFunction<? super W, ? extends @Nullable R, ?> work) {
        Objects.requireNonNull(work);
        return Mono.create(sink -> {
            Task<@Nullable R> task = pool.asyncQueueResult(work);
            sink.onCancel(task::cancel);
            var unused = task.result().whenComplete((result, failure) -> {
                if (failure == null) {
                    sink.success(result);
                } else if (task.state() != TaskState.CANCELLED) {
                    sink.error(failure);
                }
            });
        });
    }

    /**
     * Returns a scheduler for {@code publishOn} and {@code subscribeOn}, on which each signal or subscription is a task
     * of the pool. So the pool's limit, queue, metrics and context hold for them. The work gets no worker in its hand.
     *
     * <p>A full or stopped pool refuses by a {@link RejectedExecutionException} with the pool's reason, which Reactor
     * signals as an error. A task that is dropped after it was accepted is not signalled: by the stop of the pool, or
     * by the crash of its worker. Delays and periods are refused, as by each scheduler of an executor.
     *
     * @return a scheduler; its end leaves the pool as it is
     */
    public Scheduler scheduler() {
        return Schedulers.fromExecutor(command -> {
            try {
                var unused = pool.asyncQueue(worker -> command.run());
            } catch (PoolException refused) {
                throw new RejectedExecutionException(refused.getMessage(), refused);
            }
        }, true);
    }
}
