package io.github.ppool.pool.engine;

import io.github.ppool.guard.StackReserve;
import io.github.ppool.pool.Broadcast;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.TaskBacklog;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.pool.TaskQueue;
import io.github.ppool.pool.WorkerAction;
import io.github.ppool.pool.WorkerFunction;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessExit;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A pool to its users: the callers' side of the engine, where callers wait. */
final class EnginePoolClient<W> extends ClientTasks<W> implements PoolClient<W> {

    /**
     * For how long a thread that has handed a worker on gives way; the operating system adds fifty to a hundred
     * microseconds.
     */
    static final long GIVE_WAY_NANOS = 20_000;
    /** A caller with less time than this does not give way. */
    static final Duration TOO_SHORT_TO_GIVE_WAY = Duration.ofMillis(5);

    private final PoolContext<W> context;
    private final PoolCore<W> core;
    private final StatusSnapshot<W> snapshots;
    private final Admission<W> admission;
    private final LeakDetector<W> leaks;
    private final Checkout<W> checkout;
    private final TaskService<W> service;
    private final BroadcastService<W> broadcasts;
    private final TransactionOutcomes<W> transactions;
    private final Object engine;
    private final PoolSpec<W> spec;
    private final MonotonicClock clock;
    private final ListenerNotifier listeners;
    private final BorrowerTable borrowers;
    private final Duration checkoutTimeout;
    /**
     * The engine's, at hand because each step on the way to a worker costs as much as an addition of ten numbers. Set
     * anew while it is empty; any thread may see either table.
     */
    private @Nullable Slot<W>[] recent;
    private final IdleWorkers<W> workers;

    private final LongConsumer pause;

    EnginePoolClient(
            PoolContext<W> context,
            PoolCore<W> core,
            StatusSnapshot<W> snapshots,
            Admission<W> admission,
            LeakDetector<W> leaks,
            Checkout<W> checkout,
            TaskService<W> service,
            BroadcastService<W> broadcasts,
            TransactionOutcomes<W> transactions,
            Object engine) {
        this(context, core, snapshots, admission, leaks, checkout, service, broadcasts, transactions, engine,
                nanos -> LockSupport.parkNanos(context, nanos));
    }

    /**
     * A client of a pool; any number of clients may stand for one pool.
     *
     * @param pause the pause of a thread that {@linkplain #giveWay gives way}, for so many nanoseconds; ended by an
     * interrupt, which it keeps
     */
    private EnginePoolClient(
            PoolContext<W> context,
            PoolCore<W> core,
            StatusSnapshot<W> snapshots,
            Admission<W> admission,
            LeakDetector<W> leaks,
            Checkout<W> checkout,
            TaskService<W> service,
            BroadcastService<W> broadcasts,
            TransactionOutcomes<W> transactions,
            Object engine,
            LongConsumer pause) {
        super(new OptionedTasks<>(service, context.spec(), TaskOptions.DEFAULT));
        this.context = context;
        this.core = core;
        this.snapshots = snapshots;
        this.admission = admission;
        this.leaks = leaks;
        this.checkout = checkout;
        this.service = service;
        this.broadcasts = broadcasts;
        this.transactions = transactions;
        this.engine = engine;
        this.pause = pause;
        this.spec = context.spec();
        this.clock = context.clock();
        this.listeners = context.listeners();
        this.borrowers = core.borrowers;
        this.checkoutTimeout = spec.checkoutTimeout();
        this.workers = core.workers;
        this.recent = workers.recent;
    }

    /** For tests: another client of the same pool, which pauses so. */
    EnginePoolClient<W> withPause(LongConsumer pauses) {
        return new EnginePoolClient<>(
                context, core, snapshots, admission, leaks, checkout, service, broadcasts, transactions, engine,
                pauses);
    }

    /** The call in the caller's code, if the leases of this pool are watched. */
    @Nullable
    CheckoutSite captureCallSite() {
        return leaks.captureCallSite();
    }

    /** The ends of the transactions of this pool. */
    TransactionOutcomes<W> transactions() {
        return transactions;
    }

    /** For tests: the engine. It has no type here, because a client knows only the parts that it uses. */
    Object engine() {
        return engine;
    }

    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public PoolStatus status() {
        return snapshots.status();
    }

    @Override
    public TaskBacklog backlog(int scheduled, int keys) {
        return snapshots.backlog(scheduled, keys);
    }

    // ---- borrowing

    @Override
    public Lease<W> checkout() {
        return checkout(checkoutTimeout);
    }

    @Override
    public Lease<W> checkout(Duration timeout) {
        Objects.requireNonNull(timeout, "timeout must not be null");
        Thread thread = Thread.currentThread();
        Lease<W> lease = lendAtOnce(thread);
        return lease != null ? lease : waitFor(thread, timeout);
    }

    /**
     * The last worker of the thread, or another idle one; null if there is none. First of all makes sure of the stack,
     * also for the check-in, if only {@linkplain DeferredReturns deferred}: a lent worker must not be lost.
     */
    @Nullable
    Lease<W> lendAtOnce(Thread thread) {
        @Nullable
        Slot<W>[] table = recent;
        int length = StackReserve.forCheckoutOn(table);
        if (ProcessSystem.isImpersonating()) {
            return checkout.lendIdle(thread); // the thread's last worker is not the borrower's
        }
        if (length > 0) {
            Slot<W> last = table[RecentSlots.index(thread.threadId(), length)];
            if (last != null) {
                Lease<W> lease = PoolLease.reuse(last, thread);
                if (lease != null) {
                    return lease;
                }
            }
        }
        if (workers.isRotating()) {
            Lease<W> lease = workers.lendInRotation(thread);
            if (lease != null) {
                return lease;
            }
        }
        Lease<W> lease = checkout.lendIdle(thread);
        if (length == 0) {
            recent = workers.recent; // the first borrower has made it
        }
        return lease;
    }

    private Lease<W> waitFor(Thread thread, Duration timeout) {
        Borrower owner = borrowers.current(thread);
        long since = clock.nanoTime();
        if (owner.handedOn && !thread.isVirtual() && timeout.compareTo(TOO_SHORT_TO_GIVE_WAY) >= 0) {
            Lease<W> lease = giveWay(owner, thread, since);
            if (lease != null) {
                return lease;
            }
        }
        BlockingWaiter<W> borrower = new BlockingWaiter<>(clock, owner, timeout, leaks.captureCallSite());
        Supplier<PoolException> refusal = thread.isVirtual()
                ? checkout.admitVirtual(borrower, "checkout", timeout, since)
                : checkout.enter(borrower, "checkout", timeout, since);
        if (refusal != null) {
            throw admission.refuse(refusal.get());
        }
        return await(borrower);
    }

    /**
     * A moment for the threads to which this thread has just handed a worker. They may use it, bring it back and take
     * it again without a hand-over. With each thread in the queue, each lease would end with a context switch.
     *
     * @return a worker that is idle after it; null if the thread is to queue
     */
    private @Nullable Lease<W> giveWay(Borrower owner, Thread thread, long sinceNanos) {
        owner.setHandedOn(false);
        pause.accept(GIVE_WAY_NANOS); // an interrupt is for the wait in the queue
        Lease<W> lease = lendAtOnce(thread);
        if (lease != null) {
            listeners.served(clock.nanoTime() - sinceNanos);
        }
        return lease;
    }

    @Override
    public Optional<Lease<W>> tryCheckout() {
        Thread thread = Thread.currentThread();
        Lease<W> lease = lendAtOnce(thread);
        if (lease != null) {
            return Optional.of(lease);
        }
        BlockingWaiter<W> borrower = new BlockingWaiter<>(clock, borrowers.current(thread), null,
                leaks.captureCallSite());
        Supplier<PoolException> refusal = checkout.admitForNewWorker(borrower);
        if (refusal != null) {
            throw admission.refuse(refusal.get());
        }
        return borrower.entered ? Optional.of(await(borrower)) : Optional.empty();
    }

    /**
     * Waits until the borrower is granted or refused: its time-out is a refusal, too, which the engine sees to. An
     * interrupt, or the end of the process, ends the wait from this side; a worker that was handed over before goes to
     * the next.
     */
    private Lease<W> await(BlockingWaiter<W> borrower) {
        Supplier<PoolException> refusal;
        try {
            borrower.wakeUp.await();
            refusal = borrower.refusal;
        } catch (InterruptedException e) {
            refusal = checkout.leave(borrower);
            closeIfGranted(borrower);
            Thread.currentThread().interrupt();
        } catch (ProcessExit | StackOverflowError end) { // a virtual thread with a full stack can't be parked
            checkout.leave(borrower);
            closeIfGranted(borrower);
            throw end;
        }
        if (refusal != null) {
            throw admission.refuse(refusal.get());
        }
        Lease<W> lease = borrower.lease;
        if (lease == null) {
            throw new AssertionError("neither granted nor refused: " + borrower);
        }
        listeners.servedSince(borrower.sinceNanos);
        return lease;
    }

    /** If a worker was handed over to a caller that has given up at the same moment, it goes to the next waiter. */
    private void closeIfGranted(BlockingWaiter<W> borrower) {
        if (borrower.lease != null) {
            borrower.lease.close();
        }
    }

    @Override
    public CompletionStage<Lease<W>> checkoutAsync() {
        return checkoutAsync(checkoutTimeout);
    }

    @Override
    public CompletionStage<Lease<W>> checkoutAsync(Duration timeout) {
        return borrow(borrowers.watchedProcess(), timeout, "checkoutAsync");
    }

    private CompletableFuture<Lease<W>> borrow(@Nullable Pid process, Duration timeout, String what) {
        StackReserve.forOperation(); // a lent worker must reach the stage
        AsyncWaiter<W> borrower = new AsyncWaiter<>(process, timeout, leaks.captureStageCallSite(process));
        Supplier<PoolException> refusal = checkout.enter(borrower, what, timeout, clock.nanoTime());
        if (refusal != null) {
            borrower.future.completeExceptionally(admission.refuse(refusal.get())); // no stage depends on it yet
        } else if (!borrower.future.isDone()) {
            checkout.watchOwner(borrower);
            // However the stage is completed, by others too, its borrower is no longer waiting.
            CompletableFuture<?> unused = borrower.future
                    .whenComplete((lease, thrown) -> checkout.stageCompleted(borrower));
        }
        return borrower.future;
    }

    @Override
    public <X extends Exception> void transaction(WorkerAction<? super W, X> action) throws X {
        StackReserve.forOperation(); // a worker that the transaction breaks must not be given back as a good one
        PoolLease<W> lease = (PoolLease<W>) checkout();
        try {
            action.run(lease.worker());
            transactions.succeeded(lease);
        } catch (Throwable thrown) {
            transactions.failed(lease, thrown);
            throw thrown;
        } finally {
            lease.close();
        }
    }

    @Override
    public <R extends @Nullable Object, X extends Exception> R transactionResult(
            WorkerFunction<? super W, ? extends R, X> function) throws X {
        StackReserve.forOperation(); // a worker that the transaction breaks must not be given back as a good one
        PoolLease<W> lease = (PoolLease<W>) checkout();
        try {
            R result = function.call(lease.worker());
            transactions.succeeded(lease);
            return result;
        } catch (Throwable thrown) {
            transactions.failed(lease, thrown);
            throw thrown;
        } finally {
            lease.close();
        }
    }

    @Override
    public <R extends @Nullable Object> CompletionStage<R> transactionAsync(
            WorkerFunction<? super W, ? extends CompletionStage<? extends R>, ?> function) {
        return transactionAsync(checkoutTimeout, function);
    }

    @Override
    public <R extends @Nullable Object> CompletionStage<R> transactionAsync(
            Duration timeout, WorkerFunction<? super W, ? extends CompletionStage<? extends R>, ?> function) {
        Objects.requireNonNull(timeout, "timeout must not be null");
        Objects.requireNonNull(function, "function must not be null");
        AsyncTransaction<W, R> transaction = new AsyncTransaction<>(() -> transactions, context.forStages(), function);
        // of no process: that would bring the worker back while the stage goes on
        transaction.begin(borrow(null, timeout, "transactionAsync"));
        return transaction;
    }

    // ---- handing over

    @Override
    public TaskQueue<W> tasks(TaskOptions options) {
        return new OptionedTasks<>(service, spec, options);
    }

    @Override
    public <R extends @Nullable Object> CompletionStage<Broadcast<R>> broadcastResult(
            @Nullable Duration deadline, WorkerFunction<? super W, ? extends R, ?> function) {
        Objects.requireNonNull(function, "function must not be null");
        StackReserve.forOperation();
        return broadcasts.broadcast(deadline, function);
    }

    @Override
    public String toString() {
        return snapshots.toString();
    }
}
