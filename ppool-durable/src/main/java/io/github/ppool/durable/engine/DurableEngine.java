package io.github.ppool.durable.engine;

import io.github.ppool.cluster.engine.NodeLease;
import io.github.ppool.cluster.store.LeaseStore;
import io.github.ppool.durable.store.TaskStore;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Runs durable tasks on this node: claims them, hands them to the pools, and ends them in the database. Any thread may
 * call the methods.
 */
public final class DurableEngine {

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
            CheckpointCodec codec) {}

    /** Starts the threads. A database that can't be reached is no failure. Does nothing if the engine runs. */
    public void start() {}

    /**
     * Stops in good order: nothing more is claimed, tasks that have not begun are given back, and running attempts may
     * finish. After the time they are ended, and given back if they leave their workers. Blocks. Does nothing if the
     * engine does not run. It may be started again.
     *
     * @param most the longest time for running attempts; zero and less end them at once
     */
    public void stop(Duration most) {}

    /** {@return true from the start to the stop} */
    public boolean isRunning() {
        return false;
    }

    /**
     * Tells that a pool has got ready tasks: a claim follows at once if there is room. Does not block.
     *
     * @param pool the name of the pool
     */
    public void wake(String pool) {}

    /**
     * Tells that a delayed task was handed over, so that it becomes ready in time. Does not block.
     *
     * @param delay the time until it is due
     */
    public void due(Duration delay) {}

    /**
     * Runs all ready tasks on the calling thread, and on its transaction if there is one. For tests; the engine need not
     * run. Delayed tasks that are due by the store's clock become ready first. Plans decide after failures as usual.
     *
     * @return the number of attempts
     */
    public int drain() {
        return 0;
    }

    /**
     * Adds a listener.
     *
     * @param listener the listener
     */
    public void addListener(AttemptListener listener) {}

    /** {@return the figures of each pool that has handlers here, by the name of the pool} Does not block. */
    public Map<String, DurableFigures> figures() {
        return Map.of();
    }

    /** {@return the steps that fail at present, the longest first; empty if all is well} Does not block. */
    public List<EngineProblem> problems() {
        return List.of();
    }
}
