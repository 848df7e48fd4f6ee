package io.github.ppool.pool.engine;

import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.ForeignCode;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.WorkerFunction;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that goes on until a stage ends, and the future of its result.
 *
 * <p>Other code has two futures, and each may end at any moment: this one, which the caller may cancel or complete, and
 * the <em>inner</em> one, which the function returns. The inner work may use the worker until the inner future ends. So
 * the worker goes back when the inner future ends, and at no other time:
 *
 * <ul>
 *   <li>this future ends before a worker has come: the borrower leaves the queue. A worker that comes at the same
 *       moment goes back, and the function is not called;
 *   <li>this future ends while the function runs or after it: the inner future is cancelled as soon as it is known;
 *   <li>the inner future ends: the worker goes back, then this future completes. While the inner future is being
 *       cancelled, the worker goes back when that call has returned;
 *   <li>the {@code whenComplete} of the inner stage throws: its end stays unknown, and the worker crashes.
 * </ul>
 *
 * <p>The lease has no owner. If the inner stage is garbage before it has ended, no code can end it. Then no live object
 * refers to the lease, and {@link LeakDetector} takes the worker away.
 */
final class AsyncTransaction<W, R extends @Nullable Object> extends CompletableFuture<R> {

    private static final Object CANCELLED_INNER = "The stage of a transaction, which is to be cancelled,";
    /** The longest chain of causes that is followed: a chain may have no end. */
    private static final int DEEPEST = 32;

    /** Asked when the lease ends: only then a group of pools knows which pool it is of. */
    private final Supplier<TransactionOutcomes<W>> outcomes;
    /** Ends the lease where the calling thread has too little stack for it. */
    private final Executor elsewhere;
    private final WorkerFunction<? super W, ? extends CompletionStage<? extends R>, ?> function;
    /** Set by the first call that ends the lease: a stage may call back twice. */
    private final AtomicBoolean ended = new AtomicBoolean();
    /**
     * The number of running uses of the worker: the inner stage, and the calls that cancel it. A future may be done
     * first and stop its work then, so these calls may use the worker too. The worker goes back when the number is 0.
     */
    private final AtomicInteger uses = new AtomicInteger(1);
    private volatile @Nullable Ending<W, R> ending;
    /** True from the call of the function on: only then there was a transaction. */
    private volatile boolean called;
    /** The borrower, then the inner future if it can be cancelled; null if there is no future to cancel. */
    private volatile @Nullable Future<?> current;

    AsyncTransaction(
            Supplier<TransactionOutcomes<W>> outcomes,
            Executor elsewhere,
            WorkerFunction<? super W, ? extends CompletionStage<? extends R>, ?> function) {
        this.outcomes = outcomes;
        this.elsewhere = elsewhere;
        this.function = function;
    }

    /** Starts the wait for the worker. To be called once, before other code knows this object. */
    void begin(CompletableFuture<Lease<W>> borrower) {
        current = borrower;
        CompletableFuture<?> unused = whenComplete((result, thrown) -> cancelCurrent());
        CompletableFuture<?> unusedToo = borrower.whenComplete((lease, refusal) -> {
            if (lease != null) {
                lent(lease);
            } else if (refusal != null) {
                completeExceptionally(refusal);
            }
        });
    }

    /** Called when this future has ended: the caller needs no result any longer, or has it. */
    private void cancelCurrent() {
        Future<?> running = current;
        current = null;
        if (running == null || !begins()) {
            return;
        }
        try {
            ForeignCode.run(CANCELLED_INNER, () -> {
                try {
                    running.cancel(true);
                } catch (UnsupportedOperationException endsByItself) {
                    // the future can't be cancelled: the worker comes back when the work is done
                }
            });
        } finally {
            over();
        }
    }

    @SuppressWarnings("CatchingUnchecked") // the lease ends after any failure of the function and its stage
    private void lent(Lease<W> lease) {
        current = null;
        if (isDone()) { // the caller has given up at the same moment
            end(lease, null, null, false);
            return;
        }
        CompletionStage<? extends R> stage;
        try {
            called = true;
            stage = function.call(lease.worker());
            if (stage == null) { // other languages don't know better
                throw new NullPointerException("the function of a transaction must return a stage, got: null");
            }
        } catch (Throwable thrown) {
            end(lease, null, thrown, false);
            return;
        }
        try {
            CompletionStage<?> unused = stage.whenComplete(
                    (value, thrown) -> end(lease, value, thrown == null ? null : unwrapped(thrown), false));
        } catch (Throwable thrown) {
            end(lease, null, thrown, true);
            return;
        }
        if (stage instanceof Future<?> future && !ended.get()) {
            current = future;
            if (isDone()) { // the caller has not seen the future that it could cancel
                cancelCurrent();
            } else if (ended.get()) {
                current = null;
            }
        }
    }

    /** Returns the exception itself: a stage that depends on another one wraps it. */
    private static Throwable unwrapped(Throwable thrown) {
        Throwable inside = thrown;
        for (int i = 0; i < DEEPEST && inside.getClass() == CompletionException.class; i++) {
            Throwable cause = inside.getCause();
            if (cause == null) {
                return inside;
            }
            inside = cause;
        }
        return inside;
    }

    private void end(Lease<W> lease, @Nullable R value, @Nullable Throwable thrown, boolean inDoubt) {
        if (ended.compareAndSet(false, true)) {
            current = null;
            ending = new Ending<>(lease, value, thrown, inDoubt);
            over();
        }
    }

    /** Adds a use of the worker; false if none is left, and the worker goes back. */
    private boolean begins() {
        while (true) {
            int now = uses.get();
            if (now == 0) {
                return false;
            }
            if (uses.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    private void over() {
        if (uses.decrementAndGet() == 0) {
            giveBackAndTell();
        }
    }

    private void giveBackAndTell() {
        Ending<W, R> how = ending;
        if (how == null) {
            throw new AssertionError("the lease is in use");
        }
        boolean goesOnElsewhere = false;
        try {
            giveBack(how.lease, how.thrown, how.inDoubt);
        } catch (StackOverflowError early) { // before the first step, with some stack left
            elsewhere.execute(this::giveBackAndTell);
            goesOnElsewhere = true;
        } finally { // also if the calling thread is a process that was ended
            if (!goesOnElsewhere) {
                ending = null; // the result may be kept for long
                tell(how.value, how.thrown);
            }
        }
    }

    private void giveBack(Lease<W> lease, @Nullable Throwable thrown, boolean inDoubt) {
        PoolLease<W> lent = (PoolLease<W>) lease;
        if (thrown == null && called) {
            outcomes.get().succeeded(lent);
        } else if (thrown != null && inDoubt) {
            outcomes.get().crashed(lent, thrown);
        } else if (thrown != null) {
            outcomes.get().failed(lent, thrown);
        }
        lease.close();
    }

    @SuppressWarnings("NullAway") // the value is null only if the type says that it may be
    private void tell(@Nullable R value, @Nullable Throwable thrown) {
        if (thrown == null) {
            complete(value);
        } else {
            completeExceptionally(FailureText.forStages(thrown));
        }
    }

    /** The way in which the inner stage has ended. */
    private record Ending<W, R extends @Nullable Object>(
            Lease<W> lease, @Nullable R value, @Nullable Throwable thrown, boolean inDoubt) {}
}
