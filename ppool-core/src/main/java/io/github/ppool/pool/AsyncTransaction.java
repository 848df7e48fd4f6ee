package io.github.ppool.pool;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.guard.FailureText;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that goes on until a stage ends, and the future of its result.
 *
 * <p>Other code has two futures, and each may end at any moment: this one, which the caller may cancel or complete,
 * and the <em>inner</em> one, which the function returns. The worker goes back when the inner one ends, and at no
 * other time, because until then the inner work may use it. So:
 *
 * <ul>
 *   <li>this one ends while no worker has come: the borrower leaves the queue; a worker that comes at the same moment
 *       goes back, and the function is not called;
 *   <li>this one ends while the function runs or after it: the inner one is cancelled, as soon as it is known;
 *   <li>the inner one ends: the worker goes back, then this one completes. If the inner one is being cancelled, the
 *       worker goes back when that call has returned;
 *   <li>the inner one can't tell its end, since its {@code whenComplete} throws: the worker is in doubt and crashes.
 * </ul>
 *
 * <p>The lease has no owner. If the inner stage is garbage before it has ended, no code can end it; then no
 * object that is in use refers to the lease, and {@link LeakDetector} takes the worker away.
 */
final class AsyncTransaction<W, R extends @Nullable Object> extends CompletableFuture<R> {

    private static final Object CANCELLED_INNER = "The stage of a transaction, which is to be cancelled,";
    /** A chain of causes may have no end. */
    private static final int DEEPEST = 32;

    private final EnginePoolClient<W> pool;
    private final WorkerFunction<? super W, ? extends CompletionStage<? extends R>, ?> function;
    /** Set by the first that ends the lease: a stage may call back twice. */
    private final AtomicBoolean ended = new AtomicBoolean();
    /**
     * The inner stage, and the calls that cancel it, since a future may be done first and stop its work then: these may
     * use the worker. The worker goes back when all are over.
     */
    private final AtomicInteger uses = new AtomicInteger(1);
    private volatile @Nullable Ending<W, R> ending;
    /** Whether the function was called, so that there was a transaction. */
    private volatile boolean called;
    /** The borrower, then the inner future if it can be cancelled; null when there is nothing to cancel. */
    private volatile @Nullable Future<?> current;

    AsyncTransaction(
            EnginePoolClient<W> pool, WorkerFunction<? super W, ? extends CompletionStage<? extends R>, ?> function) {
        this.pool = pool;
        this.function = function;
    }

    /** Waits for the worker; to be called once, before others know this object. */
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

    /** The caller needs no result any longer, or has it. */
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
                    // it has been made so: the worker comes back when the work is done
                }
            });
        } finally {
            over();
        }
    }

    @SuppressWarnings("CatchingUnchecked") // whatever the function and its stage do, the lease has an end
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
            if (isDone()) { // the caller has not seen what there is to cancel
                cancelCurrent();
            } else if (ended.get()) {
                current = null;
            }
        }
    }

    /** The exception itself, of which a stage that depends on another one tells in an envelope. */
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

    /** False if nothing uses the worker any more. */
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
        } catch (StackOverflowError early) { // before anything was done, with some stack left
            pool.engine().forStages().execute(this::giveBackAndTell);
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
            pool.transactions().succeeded(lent);
        } else if (thrown != null && inDoubt) {
            pool.transactions().crashed(lent, thrown);
        } else if (thrown != null) {
            pool.transactions().failed(lent, thrown);
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

    /** How the inner stage has ended. */
    private record Ending<W, R extends @Nullable Object>(
            Lease<W> lease, @Nullable R value, @Nullable Throwable thrown, boolean inDoubt) {}
}
