package io.github.ppool.pool;

import io.github.ppool.pool.engine.PoolTree;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartIntensity;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The pools of an application, and their supervision tree: the supervisor {@code ppool}, one_for_one, with one
 * supervisor for each pool below it. Most applications have one tree.
 *
 * <p>When the supervisor of a pool ends, the tree restarts it; the client of the pool, its configuration and its queue
 * live on. Each pool has its own intensity for that, {@link #DEFAULT_INTENSITY}. When a pool exceeds it, the tree gives
 * up on this pool alone: the pool is {@link PoolPhase#GAVE_UP}, its callers get the reason, and
 * {@link PoolAdmin#restartPool} begins again. All other pools go on.
 *
 * <p>A tree that was {@linkplain #start(ProcessSystem, RestartIntensity) started with an intensity} counts the restarts
 * of all pools together, as an OTP supervisor does. When they are too many, the tree gives up altogether, and all pools
 * are down.
 *
 * <p>Any thread may call these methods. Don't call those that block from within a worker or a callback of the pool. The
 * tree serializes the starts and stops of one name. It completes or undoes each start and stop that has begun, also if
 * the caller is interrupted or ends. Stands for {@code ppool_supersup} and {@code ppool}.
 *
 * <p>These are the calls of an application: it starts, stops and finds pools. The calls of an operator, which change
 * running pools, are in {@link PoolAdmin}.
 */
public interface Pools extends AutoCloseable {

    /**
     * The restarts of one pool's supervisor that the tree accepts before it gives up on that pool: five in a minute.
     */
    RestartIntensity DEFAULT_INTENSITY = new RestartIntensity(5, Duration.ofMinutes(1));

    /**
     * Starts the supervisor {@code ppool}, without any pool. Pools are bulkheads: a pool that exceeds
     * {@link #DEFAULT_INTENSITY} stays down, and takes no other pool with it. Blocks until the supervisor runs.
     *
     * @param system the process system of the pools; the caller remains responsible for closing it
     * @return the pools
     * @throws InterruptedException if the calling thread is interrupted meanwhile; no process is left running
     */
    static Pools start(ProcessSystem system) throws InterruptedException {
        return tree(system, null);
    }

    /**
     * Starts the supervisor {@code ppool} with one intensity for all pools: OTP's one_for_one, as LYSE's
     * {@code ppool_supersup} has it. One pool that ends again and again takes all others down. Otherwise as
     * {@link #start(ProcessSystem)}.
     *
     * @param system the process system of the pools; the caller remains responsible for closing it
     * @param intensity the number of restarts of pools' supervisors, all pools together, that the tree accepts before
     *     it gives up
     * @return the pools
     * @throws InterruptedException if the calling thread is interrupted meanwhile; no process is left running
     */
    static Pools start(ProcessSystem system, RestartIntensity intensity) throws InterruptedException {
        return tree(system, intensity);
    }

    /** The one place at which the API reaches its implementation. */
    private static Pools tree(ProcessSystem system, @Nullable RestartIntensity intensity) throws InterruptedException {
        return new PoolTree(system, intensity);
    }

    /** {@return the process system of the pools} */
    ProcessSystem system();

    /** {@return the pid of the supervisor {@code ppool}; the last one if the tree has given up} */
    Pid supervisor();

    /** {@return the intensity that all pools share; empty if each pool has its own} */
    default Optional<RestartIntensity> sharedIntensity() {
        return Optional.empty();
    }

    /**
     * Starts a pool. Blocks until the supervisor of the pool runs; then the workers are being made on their own
     * processes, and callers that come earlier wait for them. With {@link PoolSpec#awaitReady} or
     * {@link PoolSpec#failFast} the call also waits for the first workers, within that time. Meanwhile the pool can be
     * found by its name, used and stopped. Stands for {@code ppool:start_pool/3} and {@code poolboy:start_link/2}.
     *
     * @param spec the configuration of the pool
     * @param <W> the worker
     * @return the client of the pool
     * @throws IllegalStateException if a pool or a group of this name exists; it is unchanged
     * @throws PoolStoppedException if the pools were closed, or the supervisor of the pool could not be started; no
     *     pool of this name is left. Also if another thread stops the pool while this one waits for its first workers
     * @throws PoolNotReadyException if the pool must fail fast and its first workers could not be made; the pool was
     *     stopped again, and its name is free
     * @throws PoolInterruptedException if the calling thread is interrupted meanwhile; no pool of this name is left,
     *     and the interrupt flag is set
     */
    <W> PoolClient<W> startPool(PoolSpec<W> spec);

    /**
     * Stops a pool. From now on it refuses callers. It finishes accepted work as far as the time allows. Then it
     * refuses waiting callers, rejects queued tasks, and shuts all workers down at the same time. A worker that has not
     * closed within {@link PoolSpec#shutdown} is killed, and left behind if its thread goes on. Blocks until all this
     * is done; then the name is free. Stands for {@code ppool:stop_pool/1} and {@code poolboy:stop/1}.
     *
     * <p>If the pool is being stopped already, this call joins the stop, with the shorter of the two times. If the pool
     * is being started, the stop begins after the start. If the caller is a process and ends meanwhile, the stop goes
     * on.
     *
     * @param name the name of the pool
     * @param drain the time for borrowers and tasks; with zero and less the pool stops at once
     * @return true if the pool existed
     * @throws PoolInterruptedException if the calling thread is interrupted meanwhile. The pool then waits no longer
     *     for accepted work, kills workers that have not closed by then, and is stopped; the interrupt flag is set
     */
    boolean stopPool(String name, Duration drain);

    /**
     * Stops this very pool: a pool that was started later under the same name is left alone. Otherwise as
     * {@link #stopPool(String, Duration)}.
     *
     * @param pool the result of {@link #startPool} or {@link #pool}
     * @param drain the time for borrowers and tasks; with zero and less the pool stops at once
     * @return true if the pool existed
     * @throws PoolInterruptedException as {@link #stopPool(String, Duration)}
     */
    default boolean stopPool(PoolClient<?> pool, Duration drain) {
        return pool(pool.name()).filter(pool::equals).isPresent() && stopPool(pool.name(), drain);
    }

    /**
     * Stops a pool without blocking; otherwise as {@link #stopPool(String, Duration)}.
     *
     * @param name the name of the pool
     * @param drain the time for borrowers and tasks; with zero and less the pool stops at once
     * @return a stage that completes when the pool has been stopped, on a thread that holds up no other work; with true
     *     if the pool existed
     */
    default CompletionStage<Boolean> stopPoolAsync(String name, Duration drain) {
        return CompletableFuture.supplyAsync(() -> stopPool(name, drain));
    }

    /**
     * Finds a pool.
     *
     * @param name the name of the pool
     * @return its client; empty if no such pool exists. A pool that has given up exists until it is stopped
     */
    Optional<PoolClient<?>> pool(String name);

    /**
     * Returns the configuration of a pool, with the size and max-overflow of the last resize.
     *
     * @param name the name of the pool
     * @return its configuration; empty if no such pool exists
     */
    Optional<PoolSpec<?>> spec(String name);

    /**
     * Returns the supervisor of a pool: for {@code which_children}, {@code count_children} and restarts by hand, with
     * {@code Supervisor.of(system(), pid)}.
     *
     * @param name the name of the pool
     * @return its pid; empty if no such pool exists or its supervisor does not run at the moment
     */
    Optional<Pid> supervisor(String name);

    /**
     * Tells if a pool has work to finish: an accepted task without an outcome, or a waiting caller. Borrowed workers do
     * not count. Takes the pool's lock for a moment.
     *
     * @param name the name of the pool
     * @return true if the pool exists and has such work
     */
    default boolean hasUnfinishedWork(String name) {
        return pool(name).map(PoolClient::status).map(now -> now.working() > 0 || now.queueDepth() > 0).orElse(false);
    }

    /**
     * Starts a group: several pools with workers of the same kind, used as one. Does not block. The members go on as
     * they are; a member that is stopped and started again under its name is a member again.
     *
     * @param spec the configuration of the group
     * @param <W> the worker of the members; the caller makes sure that it is that of each member
     * @return the group
     * @throws IllegalArgumentException if a member is no pool of this tree; the call has no effect
     * @throws IllegalStateException if a pool or a group of this name exists; it is unchanged
     * @throws PoolStoppedException if the pools were closed
     * @throws UnsupportedOperationException if this is a stand-in for pools that has no groups
     */
    default <W> PoolGroup<W> startGroup(PoolGroupSpec spec) {
        throw new UnsupportedOperationException("these pools have no groups, asked for: " + spec);
    }

    /**
     * Stops a group. Its waiting callers and tasks are refused, its members go on, and its name is free. Does not
     * block.
     *
     * @param name the name of the group
     * @return true if the group existed
     */
    default boolean stopGroup(String name) {
        return false;
    }

    /**
     * Finds a group.
     *
     * @param name the name of the group
     * @return the group; empty if no such group exists
     */
    default Optional<PoolGroup<?>> group(String name) {
        return Optional.empty();
    }

    /** {@return the names of the groups in alphabetical order, a snapshot} */
    default Set<String> groupNames() {
        return Set.of();
    }

    /** {@return the names of the pools in alphabetical order, a snapshot} */
    Set<String> names();

    /**
     * Returns the calls of an operator: suspend, resume, resize, delete a worker, restart a pool that has given up.
     *
     * @return the calls for these pools
     */
    PoolAdmin admin();

    /**
     * As {@link PoolAdmin#suspend} of {@link #admin}, with the same results and errors.
     *
     * @param name the name of the pool
     * @return the answer of {@link PoolAdmin}
     * @deprecated for code that was written before {@link PoolAdmin}
     */
    @Deprecated
    default boolean suspend(String name) {
        return admin().suspend(name);
    }

    /**
     * As {@link PoolAdmin#resume} of {@link #admin}, with the same results and errors.
     *
     * @param name the name of the pool
     * @return the answer of {@link PoolAdmin}
     * @deprecated for code that was written before {@link PoolAdmin}
     */
    @Deprecated
    default boolean resume(String name) {
        return admin().resume(name);
    }

    /**
     * As {@link PoolAdmin#resize} of {@link #admin}, with the same results and errors.
     *
     * @param name the name of the pool
     * @param size the number of places that are always filled
     * @param maxOverflow the number of places beyond
     * @return the answer of {@link PoolAdmin}
     * @deprecated for code that was written before {@link PoolAdmin}
     */
    @Deprecated
    default boolean resize(String name, int size, int maxOverflow) {
        return admin().resize(name, size, maxOverflow);
    }

    /**
     * As {@link PoolAdmin#deleteWorker} of {@link #admin}, with the same results and errors.
     *
     * @param name the name of the pool
     * @param child the child id of the worker
     * @return the answer of {@link PoolAdmin}
     * @deprecated for code that was written before {@link PoolAdmin}
     */
    @Deprecated
    default boolean deleteWorker(String name, String child) {
        return admin().deleteWorker(name, child);
    }

    /**
     * As {@link PoolAdmin#restartPool} of {@link #admin}, with the same results and errors.
     *
     * @param name the name of the pool
     * @return the answer of {@link PoolAdmin}
     * @deprecated for code that was written before {@link PoolAdmin}
     */
    @Deprecated
    default boolean restartPool(String name) {
        return admin().restartPool(name);
    }

    /**
     * Stops all pools at the same time, as {@link #stopPool} does, and the supervisor {@code ppool} at the end. Blocks
     * until all this is done. Afterwards no pool can be started. A second call joins the first, or has no effect. If
     * the caller is a process and ends meanwhile, the stop goes on.
     *
     * @param drain the time for borrowers and tasks; with zero and less the pools stop at once
     * @throws PoolInterruptedException if the calling thread is interrupted while pools are being stopped; they are
     *     then stopped at once as by {@link #stopPool(String, Duration)}, and the interrupt flag is set
     */
    void stop(Duration drain);

    /** Stops all pools at once: {@link #stop} with no time to drain. */
    @Override
    void close();
}
