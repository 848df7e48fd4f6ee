package io.github.ppool.reactor;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.WorkerFunction;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.BaseSubscriber;
import reactor.util.context.Context;

/**
 * One borrowing for one subscription, and the subscriber of its work. The worker is lent until {@link #work} has ended.
 *
 * <p>The pool's thread and the cancelling thread race for the state WAITING. Exactly one of them moves it on: to
 * WORKING, and the work is called; or to CANCELLED, and it never is.
 */
final class Exchange<W, R> extends BaseSubscriber<R> {

    private enum State {
        WAITING,
        WORKING,
        CANCELLED
    }

    private final Context context;
    private final Consumer<R> elements;
    private final boolean cancelling;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private final CompletableFuture<@Nullable Void> work = new CompletableFuture<>();
    /** Written before the state is read, and read after the state is written: one of the two threads cancels. */
    private volatile @Nullable CompletableFuture<?> borrowing;
    private volatile boolean unheard;

    /** The elements go to the consumer, on the thread that brings them. */
    Exchange(Context context, Consumer<R> elements, boolean cancelling) {
        this.context = context;
        this.elements = elements;
        this.cancelling = cancelling;
    }

    /**
     * Borrows a worker and calls the work.
     *
     * @param timeout the longest wait; null for that of the pool
     * @param end called when the worker has come back, with the failure if there is one; not after a cancellation of
     *     this exchange that has ended the work
     */
    void borrow(PoolClient<W> pool, @Nullable Duration timeout,
            WorkerFunction<? super W, ? extends Publisher<? extends R>, ?> starts, Consumer<@Nullable Throwable> end) {
        WorkerFunction<W, CompletionStage<@Nullable Void>, Exception> begin = worker -> begin(worker, starts);
        CompletableFuture<@Nullable Void> whole = (timeout == null
                ? pool.<@Nullable Void>transactionAsync(begin)
                : pool.<@Nullable Void>transactionAsync(timeout, begin)).toCompletableFuture();
        borrowing = whole;
        if (state.get() == State.CANCELLED) {
            whole.cancel(false);
        }
        var unused = whole.whenComplete((nothing, failure) -> {
            if (!unheard) {
                end.accept(failure);
            }
        });
    }

    private CompletionStage<@Nullable Void> begin(W worker,
            WorkerFunction<? super W, ? extends Publisher<? extends R>, ?> starts) throws Exception {
        if (state.compareAndSet(State.WAITING, State.WORKING)) {
            Objects.requireNonNull(starts.call(worker), "the work must return a publisher, got: null").subscribe(this);
        } else {
            work.complete(null);
        }
        return work.minimalCompletionStage(); // the subscriber decides about its end, not the stage of the pool
    }

    void subscriberCancelled() {
        if (state.compareAndSet(State.WAITING, State.CANCELLED)) {
            unheard = true;
            CompletableFuture<?> waiting = borrowing;
            if (waiting != null) {
                waiting.cancel(false);
            }
        } else if (cancelling) {
            unheard = true;
            try {
                cancel();
            } finally { // a foreign publisher may throw
                work.completeExceptionally(new CancellationException("the subscriber has cancelled"));
            }
        }
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    protected void hookOnNext(R element) {
        try {
            elements.accept(element);
        } catch (Throwable failure) { // of the subscriber; Reactor signals no error after some of them
            try {
                cancel();
            } finally {
                work.completeExceptionally(failure);
            }
            throw failure;
        }
    }

    @Override
    protected void hookOnComplete() {
        work.complete(null);
    }

    @Override
    protected void hookOnError(Throwable failure) {
        work.completeExceptionally(failure);
    }
}
