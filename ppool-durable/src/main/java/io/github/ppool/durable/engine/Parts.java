package io.github.ppool.durable.engine;

import io.github.ppool.durable.store.TaskStore;
import io.github.ppool.time.MonotonicClock;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionOperations;

/**
 * The common tools of all parts of the engine.
 *
 * @param own the store on the engine's own connections
 * @param application the store on the application's connections
 * @param hold the lease of this node
 * @param settings the settings of the engine
 * @param pools the settings of a pool by its name
 * @param transactions the application's transactions; null if it has none
 * @param hook goes around attempts
 * @param clock the clock of this node
 * @param codec writes and reads checkpoints
 * @param random the jitter of plans
 */
record Parts(
        TaskStore own,
        TaskStore application,
        NodeHold hold,
        EngineSettings settings,
        Function<String, DurablePoolSettings> pools,
        @Nullable TransactionOperations transactions,
        AttemptHook hook,
        MonotonicClock clock,
        CheckpointCodec codec,
        RandomGenerator random) {}
