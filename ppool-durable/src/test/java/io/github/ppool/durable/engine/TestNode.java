package io.github.ppool.durable.engine;

import io.github.ppool.durable.DurableTask;
import io.github.ppool.durable.store.ClaimedTask;
import io.github.ppool.durable.store.MemoryTaskStore;
import io.github.ppool.durable.store.NewTask;
import io.github.ppool.durable.store.TaskStore;
import io.github.ppool.time.ManualClock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.SimpleTransactionStatus;
import org.springframework.transaction.support.TransactionCallback;

/**
 * A node without threads: the test gives each part of the engine its turns. All nodes of a test share the store, the
 * clock and the set of leases.
 */
final class TestNode {

    static final String POOL = "fake";
    static final Duration LEASE = Duration.ofSeconds(15);

    final Shared shared;
    final Hold hold;
    final FakePool pool = new FakePool(4);
    final Assembly assembly;
    /** When and how calls of the store fail. */
    Faults faults = method -> Fault.NONE;

    /** Learns of tasks after the commit of their transaction. */
    LongConsumer onCommit = id -> {};

    private @Nullable Transaction transaction;

    /** The parts that the nodes of a test share. */
    static final class Shared {
        final ManualClock clock = new ManualClock();
        final MemoryTaskStore store = new MemoryTaskStore(this::now);
        final Set<UUID> leases = new HashSet<>();

        Instant now() {
            return Instant.EPOCH.plusNanos(clock.nanoTime());
        }

        long enqueue(String name, @Nullable String key, @Nullable Duration delay) {
            return store.insert(List.of(new NewTask(POOL, name, 1, key, null, 0, Duration.ofMinutes(1), delay, null,
                    "{}", null))).get(0).id();
        }
    }

    /** How a call of the store fails. */
    enum Fault {
        NONE, BEFORE, AFTER,
        /** As AFTER, but with an error instead of an exception: a class of the driver can't be loaded. */
        ERROR_AFTER
    }

    @FunctionalInterface
    interface Faults {
        Fault next(String method);
    }

    final class Hold implements NodeHold {
        private @Nullable UUID node;
        boolean draining;

        @Override
        public @Nullable UUID held() {
            return node;
        }

        @Override
        public boolean isHeld(UUID asked) {
            return asked.equals(node);
        }

        @Override
        public boolean isDraining() {
            return draining;
        }

        @Override
        public Duration lease() {
            return LEASE;
        }

        @Override
        public Set<UUID> living() {
            return Set.copyOf(shared.leases);
        }

        /** The lease is lost, in the database and here. */
        void lose() {
            shared.leases.remove(node);
            node = null;
        }

        void regain() {
            if (node == null) {
                node = UUID.randomUUID();
                shared.leases.add(node);
            }
        }
    }

    /** The transaction that a handler runs in. */
    private static final class Transaction {
        private final Set<Long> ended = new HashSet<>();
        private @Nullable UUID node;
    }

    /** A method of a handler. */
    @FunctionalInterface
    interface Body {
        void run(ClaimedTask row, DurableTask task) throws Throwable;
    }

    /** A handler that a test makes. */
    record Handler(String name, boolean transactional, Body body) implements TaskHandler {
        @Override
        public String pool() {
            return POOL;
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public Set<Integer> versions() {
            return Set.of(1);
        }

        @Override
        public @Nullable Duration timeout() {
            return null;
        }

        @Override
        public void run(Object worker, ClaimedTask row, DurableTask task) throws Throwable {
            body.run(row, task);
        }
    }

    TestNode(Shared shared, Function<String, DurablePoolSettings> settings, RandomGenerator random,
            Collection<? extends TaskHandler> handlers) {
        this.shared = shared;
        this.hold = new Hold();
        hold.regain();
        TaskStore own = faulty(shared.store, method -> faults.next(method));
        TaskStore application = transactional(own);
        Parts parts = new Parts(own, application, hold, EngineSettings.DEFAULT, settings, this::inTransaction,
                AttemptHook.NONE, shared.clock, new JsonOfTests(), random);
        this.assembly = new Assembly(parts, name -> Optional.of(pool), List.copyOf(handlers));
        assembly.prepare();
    }

    PoolFeed feed() {
        return assembly.feeds().get(POOL);
    }

    DurableFigures figures() {
        return assembly.results().counters(POOL).figures(feed().prefetchNow());
    }

    /** Runs all parts and all queued tasks until all are at rest. Failures of the store are tried again. */
    void settle() {
        for (int i = 0; i < 20; i++) {
            shared.clock.advance(Duration.ofMillis(10)); // wake-ups within five milliseconds are one claim
            feed().wake();
            turn(feed());
            while (!pool.queue.isEmpty()) {
                pool.queue.get(0).begin();
            }
            tell();
            turn(assembly.doubts());
        }
    }

    void tell() {
        turn(() -> {
            assembly.endings().tellNow();
            return 0;
        });
    }

    /** A turn; false if it has failed. */
    boolean turn(Loop.Turn turn) {
        try {
            turn.run();
            return true;
        } catch (DataAccessResourceFailureException | NoClassDefFoundError failed) {
            return false;
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    /** A store that fails as the faults say. */
    static TaskStore faulty(TaskStore store, Faults faults) {
        return (TaskStore) Proxy.newProxyInstance(
                TaskStore.class.getClassLoader(), new Class<?>[]{TaskStore.class}, (proxy, method, arguments) -> {
                    Fault fault = faults.next(method.getName());
                    if (fault == Fault.BEFORE) {
                        throw new DataAccessResourceFailureException("before " + method.getName());
                    }
                    Object answer;
                    try {
                        answer = method.invoke(store, arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                    if (fault == Fault.AFTER) {
                        throw new DataAccessResourceFailureException("after " + method.getName());
                    }
                    if (fault == Fault.ERROR_AFTER) {
                        throw new NoClassDefFoundError("after " + method.getName());
                    }
                    return answer;
                });
    }

    /** The application's store: the first statement of a transaction locks the row until its end. */
    private TaskStore transactional(TaskStore store) {
        return (TaskStore) Proxy.newProxyInstance(
                TaskStore.class.getClassLoader(), new Class<?>[]{TaskStore.class}, (proxy, method, arguments) -> {
                    Transaction open = transaction;
                    if (open != null && method.getName().equals("completeFirst")) {
                        UUID node = (UUID) arguments[0];
                        long id = (long) arguments[1];
                        boolean ours = !shared.store.isLocked(id) && shared.store.find(id)
                                .filter(view -> node.toString().equals(view.node()))
                                .isPresent();
                        if (ours) {
                            shared.store.lock(id);
                            open.ended.add(id);
                            open.node = node;
                        }
                        return ours;
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }

    private <T> @Nullable T inTransaction(TransactionCallback<T> work) {
        Transaction before = transaction;
        Transaction mine = new Transaction();
        transaction = mine;
        TransactionStatus status = new SimpleTransactionStatus();
        boolean commits = false;
        try {
            T answer = work.doInTransaction(status);
            commits = !status.isRollbackOnly();
            Fault fault = commits ? faults.next("commit") : Fault.NONE;
            if (fault == Fault.BEFORE) {
                commits = false;
                throw new TransactionSystemException("not committed");
            }
            mine.ended.forEach(shared.store::unlock);
            if (commits && mine.node != null) {
                shared.store.complete(mine.node, mine.ended);
                mine.ended.forEach(onCommit::accept);
            }
            if (fault == Fault.AFTER) {
                throw new TransactionSystemException("committed");
            }
            return answer;
        } finally {
            mine.ended.forEach(shared.store::unlock);
            transaction = before;
        }
    }
}
