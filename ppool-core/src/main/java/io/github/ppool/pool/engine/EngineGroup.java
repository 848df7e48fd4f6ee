package io.github.ppool.pool.engine;

import io.github.ppool.guard.StackReserve;
import io.github.ppool.pool.Broadcast;
import io.github.ppool.pool.GroupStatus;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolGroup;
import io.github.ppool.pool.PoolGroupSpec;
import io.github.ppool.pool.PoolInspection;
import io.github.ppool.pool.PoolInterruptedException;
import io.github.ppool.pool.TaskBacklog;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.pool.TaskQueue;
import io.github.ppool.pool.WorkerAction;
import io.github.ppool.pool.WorkerFunction;
import io.github.ppool.process.ExitWatch;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessExit;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.time.MonotonicClock;
import io.github.ppool.time.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A group to its users: the callers' side, where callers wait. {@link GroupLine} and {@link GroupScheduler} decide. */
final class EngineGroup<W> extends ClientTasks<W> implements PoolGroup<W> {

    private final GroupDesk<W> desk;
    private final MonotonicClock clock;
    private final GroupBacklog<W> backlog;

    /**
     * A group without callers.
     *
     * @param find finds the engine of a pool by its name; null if there is none at the moment
     */
    EngineGroup(PoolGroupSpec spec, ProcessSystem system, Function<String, @Nullable PoolEngine<W>> find,
            PoolThreads.Supply supply) {
        this(new GroupDesk<>(spec, system, find, supply));
    }

    private EngineGroup(GroupDesk<W> desk) {
        super(new GroupTasks<>(desk, TaskOptions.DEFAULT));
        this.desk = desk;
        this.clock = desk.context.clock();
        this.backlog = new GroupBacklog<>(desk);
    }

    /** A worker, and the pool that it is of. */
    private record Borrowed<W>(PoolLease<W> lease, PoolEngine<W> engine) {}

    // ---- the group

    @Override
    public String name() {
        return desk.spec.name();
    }

    @Override
    public PoolGroupSpec spec() {
        return desk.spec;
    }

    @Override
    public GroupStatus groupStatus() {
        return desk.admission.status();
    }

    @Override
    public List<PoolInspection.Waiting> waiting(int most) {
        return backlog.waiting(most);
    }

    @Override
    public TaskBacklog backlog(int scheduled, int keys) {
        return backlog.look(scheduled, keys);
    }

    @Override
    public Optional<PoolClient<W>> member(String name) {
        return desk.members.stream().filter(member -> member.pool.equals(name)).map(GroupMember::engine)
                .filter(Objects::nonNull).findFirst().map(engine -> engine.client);
    }

    /** All waiters are refused, and no more are accepted. The members go on. */
    void close() {
        desk.close();
    }

    /** For tests. */
    GroupDesk<W> desk() {
        return desk;
    }

    // ---- borrowing

    /** The time-out of the first member that exists. */
    private Duration checkoutTimeout() {
        for (GroupMember<W> member : desk.members) {
            PoolEngine<W> engine = member.engine();
            if (engine != null) {
                return engine.spec().checkoutTimeout();
            }
        }
        return Duration.ZERO; // all members refuse at once
    }

    @Override
    public Lease<W> checkout() {
        return checkout(checkoutTimeout());
    }

    @Override
    public Lease<W> checkout(Duration timeout) {
        return borrow(timeout).lease;
    }

    private Borrowed<W> borrow(Duration timeout) {
        Objects.requireNonNull(timeout, "timeout must not be null");
        StackReserve.forOperation();
        requireOpen("checkout");
        Thread thread = Thread.currentThread();
        Borrowed<W> idle = lendIdle(thread);
        if (idle != null) {
            return idle;
        }
        if (!Waiter.waitsWithin(timeout)) {
            return borrowChecked(timeout);
        }
        GroupThreadEntry<W> entry = new GroupThreadEntry<>(
                new BlockingWaiter<>(clock, borrower(thread), timeout, site()));
        PoolException refusal = desk.join("checkout", entry);
        if (refusal != null) {
            throw refusal;
        }
        return await(entry, timeout);
    }

    private void requireOpen(String what) {
        if (desk.isClosed()) {
            throw desk.admission.refuse(desk.admission.closed(what));
        }
    }

    private @Nullable Borrowed<W> lendIdle(Thread thread) {
        if (desk.line.size() > 0) {
            return null; // others came first
        }
        for (GroupMember<W> member : desk.order.next()) {
            PoolEngine<W> engine = member.engine();
            PoolLease<W> lease = engine == null ? null : (PoolLease<W>) engine.client.lendAtOnce(thread);
            if (engine != null && lease != null) {
                member.countServed();
                return new Borrowed<>(lease, engine);
            }
        }
        return null;
    }

    /** For a caller that does not wait: an idle worker may need a check first. */
    private Borrowed<W> borrowChecked(Duration timeout) {
        Map<String, PoolException> reasons = new LinkedHashMap<>();
        for (GroupMember<W> member : desk.order.next()) {
            PoolEngine<W> engine = member.engine();
            if (engine == null) {
                continue;
            }
            try {
                Lease<W> lease = engine.client.checkout(timeout);
                member.countServed();
                return new Borrowed<>((PoolLease<W>) lease, engine);
            } catch (PoolException refused) {
                requireGoingOn(refused);
                reasons.put(member.pool, refused);
            }
        }
        throw desk.admission.refuse(desk.admission.refusedByAll("checkout", reasons));
    }

    private static void requireGoingOn(PoolException refused) {
        if (refused instanceof PoolInterruptedException) {
            throw refused;
        }
    }

    private static Borrower borrower(Thread thread) {
        ProcessContext process = ProcessSystem.currentProcess();
        Pid pid = process == null ? null : process.self();
        return ProcessSystem.isImpersonating() ? new Borrower(pid) : new Borrower(thread, pid);
    }

    /** The call in the caller's code, if one of the members watches its leases. */
    private @Nullable CheckoutSite site() {
        for (GroupMember<W> member : desk.members) {
            PoolEngine<W> engine = member.engine();
            CheckoutSite site = engine == null ? null : engine.client.captureCallSite();
            if (site != null) {
                return site;
            }
        }
        return null;
    }

    private Borrowed<W> await(GroupThreadEntry<W> entry, Duration timeout) {
        BlockingWaiter<W> waiter = entry.waiter;
        try {
            desk.changed();
            if (waiter.wakeUp.await(timeout) == null && desk.leave(entry)) {
                throw desk.admission.refuse(desk.admission.timedOut(timeout));
            }
        } catch (InterruptedException e) {
            giveUp(entry);
            Thread.currentThread().interrupt();
            throw desk.admission.refuse(desk.admission.interrupted("the caller was interrupted while it waited"));
        } catch (ProcessExit | StackOverflowError end) {
            giveUp(entry);
            throw end;
        }
        Supplier<PoolException> refusal = waiter.refusal;
        if (refusal != null) {
            throw desk.admission.refuse(refusal.get());
        }
        PoolLease<W> lease = waiter.lease;
        PoolEngine<W> engine = entry.takenBy;
        if (lease == null || engine == null) {
            throw new AssertionError("neither granted nor refused: " + waiter);
        }
        engine.context.listeners().servedSince(entry.sinceNanos);
        return new Borrowed<>(lease, engine);
    }

    /** If a worker was handed over to a caller that has given up at the same moment, it goes to the next waiter. */
    private void giveUp(GroupThreadEntry<W> entry) {
        PoolLease<W> lease = desk.leave(entry) ? null : entry.waiter.lease;
        if (lease != null) {
            lease.close();
        }
    }

    @Override
    public Optional<Lease<W>> tryCheckout() {
        StackReserve.forOperation();
        requireOpen("tryCheckout");
        Borrowed<W> idle = lendIdle(Thread.currentThread());
        if (idle != null) {
            return Optional.of(idle.lease);
        }
        Map<String, PoolException> reasons = new LinkedHashMap<>();
        for (GroupMember<W> member : desk.order.next()) {
            PoolEngine<W> engine = member.engine();
            if (engine == null) {
                continue;
            }
            try {
                Optional<Lease<W>> lease = engine.client.tryCheckout();
                if (lease.isPresent()) {
                    member.countServed();
                    return lease;
                }
            } catch (PoolException refused) {
                requireGoingOn(refused);
                reasons.put(member.pool, refused);
            }
        }
        if (reasons.size() == desk.members.size()) {
            throw desk.admission.refuse(desk.admission.refusedByAll("tryCheckout", reasons));
        }
        return Optional.empty();
    }

    // ---- stages

    @Override
    public CompletionStage<Lease<W>> checkoutAsync() {
        return checkoutAsync(checkoutTimeout());
    }

    @Override
    public CompletionStage<Lease<W>> checkoutAsync(Duration timeout) {
        Objects.requireNonNull(timeout, "timeout must not be null");
        ProcessContext process = ProcessSystem.currentProcess();
        return borrow(process == null ? null : process.self(), timeout, "checkoutAsync").waiter.future;
    }

    private GroupStageEntry<W> borrow(@Nullable Pid process, Duration timeout, String what) {
        StackReserve.forOperation(); // a lent worker must reach the stage
        AsyncWaiter<W> waiter = new AsyncWaiter<>(process, timeout, site());
        GroupStageEntry<W> entry = new GroupStageEntry<>(waiter);
        PoolException refusal = desk.join(what, entry);
        if (refusal != null) {
            waiter.future.completeExceptionally(refusal); // no code depends on it yet
            return entry;
        }
        desk.changed();
        if (!Waiter.waitsWithin(timeout)) {
            desk.expire(entry, () -> desk.admission.timedOut(timeout));
        }
        if (!waiter.future.isDone()) {
            watch(entry, process, timeout);
        }
        return entry;
    }

    /** The wait of the stage ends with its time, with its process, or when it is completed from outside. */
    private void watch(GroupStageEntry<W> entry, @Nullable Pid process, Duration timeout) {
        Timer timer = clock.schedule(timeout, () -> desk.expire(entry, () -> desk.admission.timedOut(timeout)));
        ExitWatch watch = process == null
                ? null
                : desk.context.system().onExit(process, (ended, reason) -> desk.expire(entry,
                        () -> desk.admission.ownerEnded(ended)));
        CompletableFuture<?> unused = entry.waiter.future.whenComplete((lease, thrown) -> {
            timer.cancel();
            if (watch != null) {
                watch.cancel();
            }
            var unusedToo = desk.leave(entry);
        });
    }

    // ---- transactions

    @Override
    public <X extends Exception> void transaction(WorkerAction<? super W, X> action) throws X {
        Borrowed<W> borrowed = borrow(checkoutTimeout());
        TransactionOutcomes<W> outcomes = borrowed.engine.client.transactions();
        try {
            action.run(borrowed.lease.worker());
            outcomes.succeeded(borrowed.lease);
        } catch (Throwable thrown) {
            outcomes.failed(borrowed.lease, thrown);
            throw thrown;
        } finally {
            borrowed.lease.close();
        }
    }

    @Override
    public <R extends @Nullable Object, X extends Exception> R transactionResult(
            WorkerFunction<? super W, ? extends R, X> function) throws X {
        Borrowed<W> borrowed = borrow(checkoutTimeout());
        TransactionOutcomes<W> outcomes = borrowed.engine.client.transactions();
        try {
            R result = function.call(borrowed.lease.worker());
            outcomes.succeeded(borrowed.lease);
            return result;
        } catch (Throwable thrown) {
            outcomes.failed(borrowed.lease, thrown);
            throw thrown;
        } finally {
            borrowed.lease.close();
        }
    }

    @Override
    public <R extends @Nullable Object> CompletionStage<R> transactionAsync(
            WorkerFunction<? super W, ? extends CompletionStage<? extends R>, ?> function) {
        return transactionAsync(checkoutTimeout(), function);
    }

    @Override
    public <R extends @Nullable Object> CompletionStage<R> transactionAsync(
            Duration timeout, WorkerFunction<? super W, ? extends CompletionStage<? extends R>, ?> function) {
        Objects.requireNonNull(timeout, "timeout must not be null");
        Objects.requireNonNull(function, "function must not be null");
        // of no process: that would bring the worker back while the stage goes on
        GroupStageEntry<W> entry = borrow(null, timeout, "transactionAsync");
        AsyncTransaction<W, R> transaction = new AsyncTransaction<>(
                () -> Objects.requireNonNull(entry.takenBy).client.transactions(), desk.context.forStages(), function);
        transaction.begin(entry.waiter.future);
        return transaction;
    }

    // ---- handing over

    @Override
    public TaskQueue<W> tasks(TaskOptions options) {
        return new GroupTasks<>(desk, options);
    }

    @Override
    public <R extends @Nullable Object> CompletionStage<Broadcast<R>> broadcastResult(
            @Nullable Duration deadline, WorkerFunction<? super W, ? extends R, ?> function) {
        Objects.requireNonNull(function, "function must not be null");
        Map<PoolEngine<W>, WorkerFunction<? super W, ? extends R, ?>> works = new LinkedHashMap<>();
        for (GroupMember<W> member : desk.members) {
            PoolEngine<W> engine = member.engine();
            if (engine != null) { // a decorator that throws does so before the work begins anywhere
                works.put(engine, OptionedTasks.decorated(engine.spec(), function));
            }
        }
        List<CompletableFuture<Broadcast<R>>> parts = new ArrayList<>();
        Map<String, PoolException> reasons = new LinkedHashMap<>();
        works.forEach((engine, work) -> {
            try {
                parts.add(engine.broadcasts.<R>broadcastDecorated(deadline, work).toCompletableFuture());
            } catch (PoolException refused) {
                reasons.put(engine.name(), refused); // its workers are closed, or about to be
            }
        });
        if (parts.isEmpty()) {
            throw desk.admission.refuse(desk.admission.refusedByAll("broadcast", reasons));
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new)).thenApply(done -> new Broadcast<>(
                parts.stream().flatMap(part -> part.join().outcomes().stream()).toList()));
    }

    @Override
    public String toString() {
        return "Group[" + name() + ", " + desk.line + "]";
    }
}
