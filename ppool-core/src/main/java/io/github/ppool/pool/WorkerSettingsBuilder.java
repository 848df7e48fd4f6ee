package io.github.ppool.pool;

import io.github.ppool.restart.RestartIntensity;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.restart.RestartType;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the workers themselves: how many there are, how the pool makes, checks, replaces and restarts them.
 * The methods are part of the public {@link PoolSpec.Builder}, which has those for the use of the workers.
 *
 * @param <W> the worker
 */
abstract sealed class WorkerSettingsBuilder<W> permits PoolSpec.Builder {

    SizeSettings sizes = SizeSettings.DEFAULTS;
    GrowthSettings growth = GrowthSettings.DEFAULTS;
    CreationSettings creations = CreationSettings.DEFAULTS;
    ValidationSettings validations = ValidationSettings.DEFAULTS;
    RetirementSettings retirements = RetirementSettings.DEFAULTS;
    ProcessSettings processes;

    WorkerSettingsBuilder(ProcessSettings processes) {
        this.processes = processes;
    }

    /** This object. */
    abstract PoolSpec.Builder<W> self();

    // ---- size

    /**
     * Sets the number of workers that the pool keeps. With 0 the pool makes each worker for the work and dismisses
     * it afterwards. The pool begins a few hundred workers at the same time, then one more for each that is ready,
     * so that a large pool fills in steps. Default: {@code 5}.
     *
     * @param newValue 0 or more, together with max-overflow at most {@link PoolSpec#MOST_WORKERS}
     * @return this
     * @throws IllegalArgumentException if it is negative or more than {@link PoolSpec#MOST_WORKERS}
     */
    public PoolSpec.Builder<W> size(int newValue) {
        sizes = sizes.withSize(newValue);
        return self();
    }

    /**
     * Sets the number of workers that the pool may have beyond its size while it needs them. If the size is 0 too,
     * the pool is always full, as in poolboy: {@code tryCheckout} and {@code run} are empty, {@code checkout} waits
     * until its time is over, and tasks stay in the queue. The log warns of such a pool when it is started.
     * Default: {@code 10}.
     *
     * @param newValue 0 or more, together with the size at most {@link PoolSpec#MOST_WORKERS}
     * @return this
     * @throws IllegalArgumentException if it is negative or more than {@link PoolSpec#MOST_WORKERS}
     */
    public PoolSpec.Builder<W> maxOverflow(int newValue) {
        sizes = sizes.withMaxOverflow(newValue);
        return self();
    }

    /**
     * Sets the time that an idle worker beyond the size stays before the pool dismisses it. Default: {@code
     * Duration.ZERO}.
     *
     * @param newValue the time; zero means that the worker is dismissed at once
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public PoolSpec.Builder<W> overflowTtl(Duration newValue) {
        sizes = sizes.withOverflowTtl(newValue);
        return self();
    }

    // ---- growing ahead

    /**
     * Makes the pool keep idle workers beyond those that are borrowed or run a task, up to size and max-overflow
     * together. Idle workers up to this number are not surplus: {@link #overflowTtl} does not concern them. Each
     * checkout of such a pool takes its lock. Default: {@code 0}.
     *
     * @param newValue the number; 0 means that a worker beyond the size is made when a caller waits for it
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public PoolSpec.Builder<W> minIdle(int newValue) {
        growth = growth.withMinIdle(newValue);
        return self();
    }

    /**
     * Spreads the first workers over a time: they are begun one after the other, at equal distances. A worker that
     * a caller waits for is begun at once. The time begins with each start of the pool's supervisor. Default:
     * {@code Duration.ZERO}.
     *
     * @param newValue the time; zero means that all are begun at once
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public PoolSpec.Builder<W> warmUp(Duration newValue) {
        growth = growth.withWarmUp(newValue);
        return self();
    }

    // ---- creation

    /**
     * Sets the number of workers that the pool makes at the same time. An attempt that takes longer than a second
     * gives its turn to the next one, so that a hang does not hold up all. Default: {@code Integer.MAX_VALUE}.
     *
     * @param newValue the number
     * @return this
     * @throws IllegalArgumentException if it is less than 1
     */
    public PoolSpec.Builder<W> creationParallelism(int newValue) {
        creations = creations.withParallelism(newValue);
        return self();
    }

    /**
     * Sets the plan that decides after an attempt to make a worker has failed. {@code stop}, {@code delete} and the
     * end of the plan crash the process of the worker. {@code wait} leaves the process without a worker until the
     * pool is resumed. Default: {@code RestartPolicy.POOL_DEFAULT}.
     *
     * @param newValue the plan with its count
     * @return this
     */
    public PoolSpec.Builder<W> creationPlan(RestartPolicy newValue) {
        creations = creations.withPlan(newValue);
        return self();
    }

    /**
     * Sets the number of failures in a row to make a worker after which callers are refused at once instead of
     * waiting. They are served again when a worker was made. Default: {@code 10}.
     *
     * @param newValue the number; 0 means that they always wait
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public PoolSpec.Builder<W> creationFailureLimit(int newValue) {
        creations = creations.withFailureLimit(newValue);
        return self();
    }

    /**
     * Sets the time limit of {@link WorkerFactory#create}. At its end the process is killed, and the attempt has
     * failed. After a second the pool no longer counts on the attempt and may try in another place. Default:
     * {@code Seconds(30)}, which cuts a hang and not a slow start.
     *
     * @param newValue the limit; zero means none
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public PoolSpec.Builder<W> creationTimeout(Duration newValue) {
        creations = creations.withTimeout(newValue);
        return self();
    }

    /**
     * Sets the time that {@link Pools#startPool} waits for the first workers, as many as the size. Attempts that
     * fail are repeated meanwhile by the creation plan. If the time ends first, the pool is used with the workers
     * that it has, and the log tells so, unless it must {@link #failFast fail fast}. Default: {@code
     * Duration.ZERO}.
     *
     * @param newValue the time; zero means that the start does not wait
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public PoolSpec.Builder<W> awaitReady(Duration newValue) {
        creations = creations.withAwaitReady(newValue);
        return self();
    }

    /**
     * Makes {@link Pools#startPool} fail with a {@link PoolNotReadyException} if the first workers, as many as the
     * size, can't be made. With {@link #awaitReady} the start fails when that time ends first. Without it the start
     * waits for all of them, and fails as soon as an attempt fails. Default: {@code false}.
     *
     * @param newValue true to fail
     * @return this
     */
    public PoolSpec.Builder<W> failFast(boolean newValue) {
        creations = creations.withFailFast(newValue);
        return self();
    }

    // ---- validation

    /**
     * Makes the pool call {@link WorkerFactory#validate} before each hand-out to a borrower or task. Default:
     * {@code false}.
     *
     * @param newValue true to validate
     * @return this
     */
    public PoolSpec.Builder<W> validateOnCheckout(boolean newValue) {
        validations = validations.withOnCheckout(newValue);
        return self();
    }

    /**
     * Sets the idle time after which {@link WorkerFactory#validate} is called before the next hand-out. Default:
     * {@code null}.
     *
     * @param newValue the time; null means never
     * @return this
     * @throws IllegalArgumentException if it is zero or negative
     */
    public PoolSpec.Builder<W> validateAfterIdle(@Nullable Duration newValue) {
        validations = validations.withAfterIdle(newValue);
        return self();
    }

    /**
     * Sets the interval in which {@link WorkerFactory#keepAlive} is called for an idle worker. Default:
     * {@code null}.
     *
     * @param newValue the interval; null means never
     * @return this
     * @throws IllegalArgumentException if it is zero or negative
     */
    public PoolSpec.Builder<W> keepAlive(@Nullable Duration newValue) {
        validations = validations.withKeepAlive(newValue);
        return self();
    }

    /**
     * Sets the time limit of {@link WorkerFactory#validate} and {@link WorkerFactory#keepAlive}, and of a
     * {@code GenServer} worker for an answer that it still owes. At its end the process of the worker is killed.
     * Default: {@code Seconds(5)}.
     *
     * @param newValue the limit; zero means none
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public PoolSpec.Builder<W> validationTimeout(Duration newValue) {
        validations = validations.withTimeout(newValue);
        return self();
    }

    // ---- retirement

    /**
     * Sets the age at which a worker is replaced, when it is next idle. Default: {@code null}.
     *
     * @param newValue the age; null means never
     * @return this
     * @throws IllegalArgumentException if it is zero or negative
     */
    public PoolSpec.Builder<W> maxLifetime(@Nullable Duration newValue) {
        retirements = retirements.withMaxLifetime(newValue);
        return self();
    }

    /**
     * Sets the largest part of {@link #maxLifetime} by which the life of each worker is shortened at random, so
     * that the workers don't all end at once. Default: {@code 0.1}.
     *
     * @param newValue 0 to 1
     * @return this
     * @throws IllegalArgumentException if it is outside of 0 to 1
     */
    public PoolSpec.Builder<W> lifetimeJitter(double newValue) {
        retirements = retirements.withLifetimeJitter(newValue);
        return self();
    }

    /**
     * Sets the number of leases and tasks after which a worker is replaced. Default: {@code 0}.
     *
     * @param newValue the number; 0 means never
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public PoolSpec.Builder<W> maxUses(int newValue) {
        retirements = retirements.withMaxUses(newValue);
        return self();
    }

    /**
     * Sets the idle time after which a worker is replaced. Default: {@code null}.
     *
     * @param newValue the time; null means never
     * @return this
     * @throws IllegalArgumentException if it is zero or negative
     */
    public PoolSpec.Builder<W> maxIdle(@Nullable Duration newValue) {
        retirements = retirements.withMaxIdle(newValue);
        return self();
    }

    // ---- processes

    /**
     * Restarts crashed workers by a plan. Default: {@link RestartPolicy#POOL_DEFAULT}.
     *
     * @param policy the plan, its count and its reset-after
     * @return this
     */
    public PoolSpec.Builder<W> restart(RestartPolicy policy) {
        processes = processes.withRestart(
                new WorkerRestart.ByPlan(Objects.requireNonNull(policy, "restart must not be null")));
        return self();
    }

    /**
     * Restarts crashed workers by a restart type, within an intensity, as OTP does. A worker that the supervisor
     * does not restart is replaced by the pool when one is needed.
     *
     * @param type permanent, transient or temporary
     * @param within the number of restarts in a period that the pool's supervisor accepts before it gives up
     * @return this
     */
    public PoolSpec.Builder<W> restart(RestartType type, RestartIntensity within) {
        processes = processes.withRestart(
                new WorkerRestart.ByType(Objects.requireNonNull(type, "restart type must not be null")), within);
        return self();
    }

    /**
     * Sets the time that a worker has to close before it is killed. Default: {@code Seconds(5)}.
     *
     * @param newValue the time
     * @return this
     * @throws IllegalArgumentException if it is zero or negative
     */
    public PoolSpec.Builder<W> shutdown(Duration newValue) {
        processes = processes.withShutdown(newValue);
        return self();
    }

    /**
     * Runs the processes of the workers on platform threads instead of virtual ones. Default: {@code false}.
     *
     * @param newValue true for platform threads
     * @return this
     */
    public PoolSpec.Builder<W> platformThreads(boolean newValue) {
        processes = processes.withPlatformThreads(newValue);
        return self();
    }

    /**
     * Sets the context class loader of factory, tasks and checks. Default: that of the thread that began this
     * specification.
     *
     * @param newValue null means that of the {@link io.github.ppool.process.ProcessSystem}
     * @return this
     */
    public PoolSpec.Builder<W> contextClassLoader(@Nullable ClassLoader newValue) {
        processes = processes.withContextClassLoader(newValue);
        return self();
    }
}
