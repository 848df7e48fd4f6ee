package io.github.ppool.durable.engine;

import io.github.ppool.cluster.engine.NodeLease;
import io.github.ppool.cluster.engine.NodeLeaseListener;
import io.github.ppool.cluster.store.LeaseStore;
import io.github.ppool.cluster.store.NodeId;
import io.github.ppool.cluster.store.Renewal;
import io.github.ppool.durable.store.TaskStore;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Runs durable tasks on this node: claims them, hands them to the pools, and ends them in the database. Any thread may
 * call the methods.
 *
 * <p>Its platform threads are one for the claims of each pool, one for the ends of attempts, one for delayed tasks and
 * schedules, and one for the rest. Tasks have no threads of their own but those of the workers.
 */
public final class DurableEngine {

    private static final GuardedLog LOG = GuardedLog.of(DurableEngine.class);

    /** The time for which ended attempts may take to leave their workers, and for which the last ends are told. */
    private static final Duration LAST = Duration.ofSeconds(2);

    private static final long LOOK_NANOS = Duration.ofMillis(2).toNanos();

    private final NodeLease lease;
    private final Assembly assembly;
    private final Problems problems;
    private final List<Loop> feedLoops = new ArrayList<>();
    private final List<Loop> otherLoops = new ArrayList<>();
    private final NodeLeaseListener listener;
    private final ReentrantLock starting = new ReentrantLock();
    private volatile boolean running;

    /**
     * An engine that is not started.
     *
     * @param own the store on connections of the engine's own
     * @param application the store on the application's connections; its calls take part in transactions
     * @param lease the lease of this node; started and stopped by the caller
     * @param leases the store of the leases
     * @param pools finds a pool by its name
     * @param handlers the handlers of this node
     * @param settings the settings of a pool by its name
     * @param engineSettings the settings of the engine
     * @param transactions the application's transactions; null if it has none, then no handler may be transactional
     * @param hook goes around attempts
     * @param clock the clock of this node
     * @param codec writes and reads checkpoints
     * @throws IllegalArgumentException if two handlers have the same name, or a transactional one has no transactions
     */
    public DurableEngine(
            TaskStore own,
            TaskStore application,
            NodeLease lease,
            LeaseStore leases,
            Function<String, Optional<? extends PoolClient<?>>> pools,
            Collection<TaskHandler> handlers,
            Function<String, DurablePoolSettings> settings,
            EngineSettings engineSettings,
            @Nullable TransactionOperations transactions,
            AttemptHook hook,
            MonotonicClock clock,
            CheckpointCodec codec) {
        check(handlers, transactions);
        this.lease = lease;
        Parts parts = new Parts(own, application, new LeasedNode(lease, leases), engineSettings, settings, transactions,
                hook, clock, codec, () -> ThreadLocalRandom.current().nextLong());
        this.assembly = new Assembly(parts, pools, handlers);
        this.problems = new Problems(clock, parts.hold().lease().dividedBy(5));
        this.listener = new Listener(addLoops());
    }

    private static void check(Collection<TaskHandler> handlers, @Nullable TransactionOperations transactions) {
        Map<String, TaskHandler> byName = new HashMap<>();
        for (TaskHandler handler : handlers) {
            if (byName.putIfAbsent(handler.name(), handler) != null) {
                throw new IllegalArgumentException("the tasks " + handler.name() + " must have one handler, got two");
            }
            if (handler.transactional() && transactions == null) {
                throw new IllegalArgumentException(
                        "the handler of " + handler.name() + " is transactional, but there are no transactions");
            }
        }
    }

    /** Makes the loops. Returns the chore that looks for dead nodes. */
    private Loop.Chore addLoops() {
        assembly.feeds().forEach((pool, feed) -> {
            Loop loop = loop("claims-" + pool);
            feed.wakeBy(loop.add("claims of the pool " + pool, feed)::wake);
            feedLoops.add(loop);
        });
        Loop ends = loop("ends");
        assembly.endings().wakeBy(ends.add("ends of attempts", assembly.endings())::wake);
        Loop times = loop("times");
        assembly.stager().wakeBy(times.add("delayed tasks", ifPrepared(assembly.stager()))::wake);
        times.add("schedules", ifPrepared(assembly.schedules()));
        Loop keeper = loop("keeper");
        keeper.add("preparations of the tables", assembly::prepare);
        keeper.add("progress and cancelled tasks", ifPrepared(assembly.beat()));
        Loop.Chore lost = keeper.add("take-overs of tasks of dead nodes", ifPrepared(assembly.lostNodes()));
        assembly.doubts().wakeBy(keeper.add("look-ups of tasks", ifPrepared(assembly.doubts()))::wake);
        keeper.add("audits of claims", ifPrepared(assembly.audit()));
        keeper.add("removals of history", ifPrepared(assembly.janitor()));
        otherLoops.addAll(List.of(ends, times, keeper));
        return lost;
    }

    private Loop loop(String name) {
        return new Loop(name, parts().clock(), problems);
    }

    private Parts parts() {
        return assembly.parts();
    }

    private Loop.Turn ifPrepared(Loop.Turn turn) {
        return () -> assembly.isPrepared() ? turn.run() : LOOK_NANOS * 10;
    }

    /** Hears the lease. No method blocks. */
    private final class Listener implements NodeLeaseListener {

        private final Loop.Chore lost;

        Listener(Loop.Chore lost) {
            this.lost = lost;
        }

        @Override
        public void held(NodeId node) {
            assembly.feeds().values().forEach(PoolFeed::wake);
            lost.wake();
        }

        @Override
        public void renewed(NodeId node, Renewal renewal, int tookOver) {
            if (tookOver > 0) {
                lost.wake();
            }
        }

        @Override
        public void lost(NodeId node, boolean leaving) {
            assembly.feeds().values().forEach(PoolFeed::lookAgain);
        }

        @Override
        public String toString() {
            return "the engine of durable tasks";
        }
    }

    /** Starts the threads. A database that can't be reached is no failure. Has no effect if the engine runs. */
    public void start() {
        starting.lock();
        try {
            if (running) {
                return;
            }
            running = true;
            assembly.feeds().values().forEach(feed -> feed.stop(false));
            otherLoops.forEach(Loop::start);
            feedLoops.forEach(Loop::start);
            lease.add(listener);
        } finally {
            starting.unlock();
        }
    }

    /**
     * Stops in good order: no further task is claimed, tasks that have not begun are given back, and running attempts
     * may finish. After the time they are ended, and given back if they leave their workers. Blocks. Has no effect if
     * the engine does not run. It may be started again.
     *
     * <p>A task whose handler does not leave its worker stays claimed. Another node takes it over when this one has
     * given its lease back.
     *
     * @param most the longest time for running attempts; zero and less end them at once
     */
    public void stop(Duration most) {
        starting.lock();
        try {
            if (!running) {
                return;
            }
            running = false;
            assembly.feeds().values().forEach(feed -> feed.stop(true));
            if (!await(assembly.claims()::isEmpty, most)) {
                List<Attempt> rest = assembly.claims().all();
                LOG.warn("durable tasks: {} attempts still run, such as {}; they are ended and given back", rest.size(),
                        rest.isEmpty() ? "none" : rest.get(0));
                rest.forEach(Attempt::endForStop);
            }
            if (!await(assembly::isAllTold, LAST)) {
                LOG.warn("durable tasks: {} tasks stay claimed by this node until another one takes them over",
                        assembly.claims().all().size());
            }
            lease.remove(listener);
            List<Loop> all = new ArrayList<>(feedLoops);
            all.addAll(otherLoops);
            all.forEach(Loop::stop);
            for (Loop loop : all) {
                if (!loop.join(LAST)) {
                    LOG.warn("durable tasks: the thread of {} still waits for the database", loop);
                }
            }
        } finally {
            starting.unlock();
        }
    }

    /** Waits for a condition. False if it does not hold in time, or the thread is interrupted. */
    private boolean await(BooleanSupplier condition, Duration most) {
        long end = parts().clock().deadlineAfter(most);
        while (!condition.getAsBoolean()) {
            if (parts().clock().nanoTime() - end >= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(this, LOOK_NANOS);
        }
        return true;
    }

    /** {@return true from the start to the stop} */
    public boolean isRunning() {
        return running;
    }

    /**
     * Tells that a pool has got ready tasks: a claim follows at once if there is room. Does not block.
     *
     * @param pool the name of the pool
     */
    public void wake(String pool) {
        assembly.ready(pool);
    }

    /**
     * Tells that a delayed task was handed over, so that it becomes ready in time. Does not block.
     *
     * @param delay the time until it is due
     */
    public void due(Duration delay) {
        assembly.due(delay);
    }

    /**
     * Runs all ready tasks on the calling thread, and on its transaction if there is one. For tests; the engine need
     * not run. Delayed tasks and schedules that are due by the store's clock come first. Plans decide after failures as
     * usual.
     *
     * @return the number of attempts
     * @throws IllegalStateException if a plan repeats a task without a pause and without an end
     */
    public int drain() {
        return assembly.drain();
    }

    /**
     * Adds a listener.
     *
     * @param added the listener
     */
    public void addListener(AttemptListener added) {
        assembly.results().add(added);
    }

    /** {@return the figures of each pool that this node has done something for, by the name} Does not block. */
    public Map<String, DurableFigures> figures() {
        Map<String, DurableFigures> all = new LinkedHashMap<>();
        assembly.results().counters().forEach((pool, counters) -> {
            PoolFeed feed = assembly.feeds().get(pool);
            all.put(pool, counters.figures(feed == null ? 0 : feed.prefetchNow()));
        });
        return all;
    }

    /** {@return the steps that fail at present, the longest first; empty if all is well} Does not block. */
    public List<EngineProblem> problems() {
        return problems.current();
    }
}
