package io.github.ppool.pool;

import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessExit;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A pool to its users: the callers' side of {@link PoolEngine}, where they wait. */
final class PoolHandle<W> implements PoolClient<W> {

    private final PoolEngine<W> engine;
    private final PoolSpec<W> spec;
    private final TaskQueue<W> tasks;

    PoolHandle(PoolEngine<W> engine) {
        this.engine = engine;
        this.spec = engine.spec();
        this.tasks = new OptionedTasks<>(engine, TaskOptions.DEFAULT);
    }

    PoolEngine<W> engine() {
        return engine;
    }

    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public PoolStatus status() {
        return engine.status();
    }

    // ---- borrowing

    @Override
    public Lease<W> checkout() {
        return checkout(spec.checkoutTimeout());
    }

    @Override
    public Lease<W> checkout(Duration timeout) {
        ProcessContext process = engine.ownerProcess();
        Lease<W> lease = engine.lendIdle(process);
        if (lease != null) {
            return lease;
        }
        boolean waits = isPositive(timeout);
        BlockingBorrower<W> borrower = new BlockingBorrower<>(engine.system(), false,
                LeakWatch.whereIf(spec.leakDetection()));
        Supplier<PoolException> refusal = engine.enter(borrower, "checkout", waits);
        if (refusal != null) {
            throw engine.refuse(refusal.get());
        }
        return await(borrower, waits ? timeout : null);
    }

    @Override
    public Optional<Lease<W>> tryCheckout() {
        ProcessContext process = engine.ownerProcess();
        Lease<W> lease = engine.lendIdle(process);
        if (lease != null) {
            return Optional.of(lease);
        }
        BlockingBorrower<W> borrower = new BlockingBorrower<>(engine.system(), true,
                LeakWatch.whereIf(spec.leakDetection()));
        Supplier<PoolException> refusal = engine.enterForNewWorker(borrower);
        if (refusal != null) {
            throw engine.refuse(refusal.get());
        }
        return borrower.entered ? Optional.of(await(borrower, null)) : Optional.empty();
    }

    private static boolean isPositive(Duration timeout) {
        return !timeout.isNegative() && !timeout.isZero();
    }

    /**
     * Waits until the borrower is granted or refused, or gives up. Who gave up first is decided by the engine: a worker that was
     * handed over before is either taken (time-out) or goes to the next (interrupt, end of the process).
     */
    private Lease<W> await(BlockingBorrower<W> borrower, @Nullable Duration timeout) {
        boolean interrupted = false;
        boolean answered = false;
        try {
            answered = (timeout == null ? borrower.wakeUp.await() : borrower.wakeUp.await(timeout)) != null;
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (ProcessExit exit) {
            engine.leave(borrower, true, timeout);
            closeIfGranted(borrower);
            throw exit;
        }
        // An answer came after the outcome was set; without one the engine has to be asked.
        Supplier<PoolException> refusal = answered ? borrower.refusal : engine.leave(borrower, interrupted, timeout);
        if (interrupted) {
            closeIfGranted(borrower);
            Thread.currentThread().interrupt();
        }
        if (refusal != null) {
            throw engine.refuse(refusal.get());
        }
        if (borrower.lease == null) {
            throw new AssertionError("neither granted nor refused: " + borrower);
        }
        engine.listenerServed(borrower);
        return borrower.lease;
    }

    /** A worker that was handed over to somebody who has given up at the same moment goes to the next. */
    private void closeIfGranted(BlockingBorrower<W> borrower) {
        if (borrower.lease != null) {
            borrower.lease.close();
        }
    }

    @Override
    public CompletionStage<Lease<W>> checkoutAsync() {
        return checkoutAsync(spec.checkoutTimeout());
    }

    @Override
    public CompletionStage<Lease<W>> checkoutAsync(Duration timeout) {
        engine.ownerProcess();
        boolean waits = isPositive(timeout);
        AsyncBorrower<W> borrower = new AsyncBorrower<>(LeakWatch.whereIf(spec.leakDetection()));
        if (waits) {
            // Before it is in the queue, so that whoever takes it out finds the timer.
            borrower.timer = engine.clock().schedule(timeout, () -> timeOut(borrower, timeout));
        }
        Supplier<PoolException> refusal = engine.enter(borrower, "checkoutAsync", waits);
        if (refusal != null) {
            borrower.cancelTimer();
            borrower.future.completeExceptionally(engine.refuse(refusal.get()));
        } else {
            // However the stage is completed by others, its borrower is no longer waiting.
            CompletableFuture<?> unused = borrower.future.whenComplete((lease, thrown) -> {
                borrower.cancelTimer();
                engine.leaveQueue(borrower);
            });
        }
        return borrower.future;
    }

    private void timeOut(AsyncBorrower<W> borrower, Duration timeout) {
        Supplier<PoolException> refusal = engine.leaveLate(borrower, timeout);
        if (refusal != null) {
            borrower.future.completeExceptionally(engine.refuse(refusal.get()));
        }
    }

    @Override
    public <X extends Exception> void transaction(WorkerAction<? super W, X> action) throws X {
        Lease<W> lease = checkout();
        try {
            action.run(lease.worker());
        } catch (Throwable thrown) {
            crashIfItKills(lease, thrown);
            throw thrown;
        } finally {
            lease.close();
        }
    }

    @Override
    public <R extends @Nullable Object, X extends Exception> R transactionResult(
            WorkerFunction<? super W, ? extends R, X> function) throws X {
        Lease<W> lease = checkout();
        try {
            return function.call(lease.worker());
        } catch (Throwable thrown) {
            crashIfItKills(lease, thrown);
            throw thrown;
        } finally {
            lease.close();
        }
    }

    private void crashIfItKills(Lease<W> lease, Throwable thrown) {
        if (spec.crashOn().test(thrown)) {
            lease.fail(thrown);
        }
    }

    // ---- handing over

    @Override
    public TaskQueue<W> tasks(TaskOptions options) {
        return new OptionedTasks<>(engine, options);
    }

    @Override
    public Optional<Task<@Nullable Void>> run(WorkerAction<? super W, ?> task) {
        return tasks.run(task);
    }

    @Override
    public <R extends @Nullable Object> Optional<Task<R>> runResult(WorkerFunction<? super W, ? extends R, ?> task) {
        return tasks.runResult(task);
    }

    @Override
    public Task<@Nullable Void> syncQueue(WorkerAction<? super W, ?> task) {
        return tasks.syncQueue(task);
    }

    @Override
    public <R extends @Nullable Object> Task<R> syncQueueResult(WorkerFunction<? super W, ? extends R, ?> task) {
        return tasks.syncQueueResult(task);
    }

    @Override
    public Task<@Nullable Void> asyncQueue(WorkerAction<? super W, ?> task) {
        return tasks.asyncQueue(task);
    }

    @Override
    public <R extends @Nullable Object> Task<R> asyncQueueResult(WorkerFunction<? super W, ? extends R, ?> task) {
        return tasks.asyncQueueResult(task);
    }

    @Override
    public String toString() {
        return engine.toString();
    }
}
