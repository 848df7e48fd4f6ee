package io.github.ppool.pool;

import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartIntensity;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The pools of an application and the supervision tree that they hang in: the supervisor {@code ppool}, one_for_one,
 * with one supervisor per pool below it. Most applications have one.
 *
 * <p>When a pool's supervisor gives up, the tree restarts it, and the pool's handle, its configuration and its queue
 * live on. Each pool has an intensity of its own for that, {@link #DEFAULT_INTENSITY}. When a pool exceeds it, the tree
 * gives up on this pool alone: the pool is {@link PoolPhase#GAVE_UP}, its callers are told why, and
 * {@link PoolAdmin#restartPool} begins again. All other pools go on. A tree that was
 * {@linkplain #start(ProcessSystem, RestartIntensity) started with an intensity} counts the restarts of all pools
 * together, as an OTP supervisor does: when they are too many it gives up altogether, and all pools are down.
 *
 * <p>All methods may be called from any thread, but those that block not from within a worker or a call-back of the
 * pool. Starts and stops of one name come one after the other, whichever threads ask for them, and a start or stop
 * that has begun is brought to its end or undone, whatever becomes of the caller. Stands for {@code ppool_supersup}
 * and {@code ppool}.
 *
 * <p>These are the calls of an application: it starts, stops and finds pools. The calls of an operator, which change
 * pools that run, are in {@link PoolAdmin}.
 */
public interface Pools extends AutoCloseable {

    /** How many restarts of one pool's supervisor the tree bears before it gives up on that pool: five in a minute. */
    RestartIntensity DEFAULT_INTENSITY = new RestartIntensity(5, Duration.ofMinutes(1));

    /**
     * Starts the supervisor {@code ppool}, without any pool. Pools are bulkheads: a pool whose supervisor ends more
     * often than {@link #DEFAULT_INTENSITY} allows stays down, and takes no other pool with it.
     *
     * @param system where; closing it remains the caller's business
     * @return the pools
     * @throws InterruptedException if the calling thread is interrupted meanwhile; nothing is left running
     */
    static Pools start(ProcessSystem system) throws InterruptedException {
        return new PoolTree(system, null);
    }

    /**
     * As {@link #start(ProcessSystem)}, but the pools share one intensity: OTP's one_for_one, as LYSE's {@code
     * ppool_supersup} has it. One pool that ends again and again takes all others down.
     *
     * @param system where
     * @param intensity how many restarts of pools' supervisors the tree bears, all pools together, before it gives up
     * @return the pools
     * @throws InterruptedException if the calling thread is interrupted meanwhile; nothing is left running
     */
    static Pools start(ProcessSystem system, RestartIntensity intensity) throws InterruptedException {
        return new PoolTree(system, intensity);
    }

    /**
     * The process system that the pools live in.
     *
     * @return the system
     */
    ProcessSystem system();

    /**
     * The supervisor {@code ppool}.
     *
     * @return its pid; that of the last one when the tree has given up
     */
    Pid supervisor();

    /**
     * The intensity that all pools share.
     *
     * @return empty if each pool has its own
     */
    default Optional<RestartIntensity> sharedIntensity() {
        return Optional.empty();
    }

    /**
     * Starts a pool. Returns when its supervisor runs; the workers are then being made on their own processes, and
     * callers who come earlier wait for them. With {@link PoolSpec#awaitReady} or {@link PoolSpec#failFast} it blocks
     * until the first workers are made, or the wait is over; meanwhile the pool can be found by its name, used and
     * stopped. Stands for {@code ppool:start_pool/3} and {@code poolboy:start_link/2}.
     *
     * @param spec the pool
     * @param <W> the worker
     * @return its handle
     * @throws IllegalStateException if there is a pool of this name already; that one is as before
     * @throws PoolStoppedException if the pools were closed, or the supervisor of the pool could not be started; there
     *     is no pool of this name then. Also if another thread stops the pool while this one waits for its first
     *     workers
     * @throws PoolNotReadyException if the pool must fail fast, and its first workers could not be made; it was stopped
     *     again, and there is no pool of this name then
     * @throws PoolInterruptedException if the calling thread is interrupted meanwhile; there is no pool of this name
     *     then, and the interrupt flag is set
     */
    <W> PoolClient<W> startPool(PoolSpec<W> spec);

    /**
     * Stops a pool: from now on it refuses callers; what was accepted is finished as far as the time allows; then
     * whoever still waits is told so, tasks still queued are rejected, and the workers are shut down, all at the same
     * time. Blocks until all that is done; a worker that has not closed within {@link PoolSpec#shutdown} is killed,
     * and left behind if its thread goes on. The name can be used again then. If the pool is being stopped already,
     * this joins in, with the shorter of the two times; if the pool is being started, the stop begins when that is
     * over. A caller that is ended meanwhile does not keep the pool from being stopped. Stands for
     * {@code ppool:stop_pool/1} and {@code poolboy:stop/1}.
     *
     * @param name which
     * @param drain how long borrowers and tasks may take; zero and negative stop at once
     * @return whether there was such a pool
     * @throws PoolInterruptedException if the calling thread is interrupted meanwhile; accepted work is waited for no
     *     longer, workers that have not closed by then are killed, the pool is stopped, and the interrupt flag is set
     */
    boolean stopPool(String name, Duration drain);

    /**
     * As {@link #stopPool(String, Duration)}, but this very pool: one that was started under the same name after it had
     * been stopped is left alone.
     *
     * @param pool what {@link #startPool} or {@link #pool} returned
     * @param drain how long borrowers and tasks may take; zero and negative stop at once
     * @return whether it was there
     * @throws PoolInterruptedException as for {@link #stopPool(String, Duration)}
     */
    default boolean stopPool(PoolClient<?> pool, Duration drain) {
        return pool(pool.name()).filter(pool::equals).isPresent() && stopPool(pool.name(), drain);
    }

    /**
     * As {@link #stopPool(String, Duration)}, without blocking.
     *
     * @param name which
     * @param drain how long borrowers and tasks may take; zero and negative stop at once
     * @return completes when the pool has been stopped, on a thread that holds up nothing else. True if there was such
     *         a pool
     */
    default CompletionStage<Boolean> stopPoolAsync(String name, Duration drain) {
        return CompletableFuture.supplyAsync(() -> stopPool(name, drain));
    }

    /**
     * A pool.
     *
     * @param name which
     * @return its handle, empty if there is none; one that has given up is there until it is stopped
     */
    Optional<PoolClient<?>> pool(String name);

    /**
     * The configuration of a pool.
     *
     * @param name which
     * @return what it was started with, size and max-overflow as they are after the last resize; empty if there is none
     */
    Optional<PoolSpec<?>> spec(String name);

    /**
     * The supervisor of a pool: for {@code which_children}, {@code count_children} and restarts by hand, with
     * {@code Supervisor.of(system(), pid)}.
     *
     * @param name which
     * @return its pid, empty if there is no such pool or its supervisor does not run at the moment
     */
    Optional<Pid> supervisor(String name);

    /**
     * Whether a pool has something to finish: an accepted task without an outcome, or a caller that waits. Borrowed
     * workers do not count. Takes the pool's lock for a moment.
     *
     * @param name which
     * @return false if there is no such pool
     */
    default boolean hasUnfinishedWork(String name) {
        return pool(name).map(PoolClient::status).map(now -> now.working() > 0 || now.queueDepth() > 0).orElse(false);
    }

    /**
     * The names of the pools.
     *
     * @return a snapshot, in alphabetical order
     */
    Set<String> names();

    /**
     * The calls of an operator: suspend, resume, resize, delete a worker, restart a pool that has given up.
     *
     * @return the calls for these pools
     */
    PoolAdmin admin();

    /**
     * Stops all pools at the same time, as {@link #stopPool} does, and the supervisor {@code ppool} at the end.
     * Afterwards no pool can be started. A second call joins in, or does nothing. A caller that is ended meanwhile
     * does not keep the pools from being stopped.
     *
     * @param drain how long borrowers and tasks may take; zero and negative stop at once
     * @throws PoolInterruptedException if the calling thread is interrupted while there are pools to stop; they are
     *     then stopped at once as by {@link #stopPool(String, Duration)}, and the interrupt flag is set
     */
    void stop(Duration drain);

    /** Stops all pools at once: {@link #stop} with no time to drain. */
    @Override
    void close();
}
