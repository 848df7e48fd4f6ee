package io.github.ppool.pool;

import io.github.ppool.restart.RestartIntensity;
import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a pool, by topic: a record for each topic holds and checks its settings. The methods that read them
 * are part of the public {@link PoolSpec}; each setting is explained where it is set, in {@link PoolSpec.Builder}.
 */
abstract sealed class PoolSettings permits PoolSpec {

    final SizeSettings sizes;
    final CheckoutSettings checkouts;
    final QueueSettings queues;
    final GrowthSettings growth;
    final CreationSettings creations;
    final ValidationSettings validations;
    final RetirementSettings retirements;
    final LeaseSettings leases;
    final TaskSettings tasks;
    final RateSettings rates;
    final ProcessSettings processes;
    private final PoolListener listener;
    private final @Nullable WorkerGate gate;

    PoolSettings(PoolSpec.Builder<?> from) {
        sizes = from.sizes;
        checkouts = from.checkouts;
        queues = from.queues;
        growth = from.growth;
        creations = from.creations;
        validations = from.validations;
        retirements = from.retirements;
        leases = from.leases;
        tasks = from.tasks;
        rates = from.rates;
        processes = from.processes;
        listener = from.listener;
        gate = from.gate;
    }

    // ---- size

    /** {@return the number of workers that the pool keeps, 0 or more; see {@link PoolSpec.Builder#size}} */
    public int size() {
        return sizes.size();
    }

    /** {@return the number of workers beyond the size, 0 or more; see {@link PoolSpec.Builder#maxOverflow}} */
    public int maxOverflow() {
        return sizes.maxOverflow();
    }

    /** {@return the time that an idle worker beyond the size stays, zero or more} */
    public Duration overflowTtl() {
        return sizes.overflowTtl();
    }

    // ---- checkout and queue

    /** {@return the order in which idle workers are lent} */
    public PoolStrategy strategy() {
        return checkouts.strategy();
    }

    /** {@return the number of borrowers and tasks that may wait, 0 or more} */
    public int queueCapacity() {
        return checkouts.queueCapacity();
    }

    /** {@return the time that {@code checkout()} waits; with zero and less it takes only an idle worker} */
    public Duration checkoutTimeout() {
        return checkouts.timeout();
    }

    /** {@return true if a suspended pool refuses callers instead of queueing them} */
    public boolean refuseWhileSuspended() {
        return checkouts.refuseWhileSuspended();
    }

    /** {@return the order in which waiters are served} */
    public QueueOrder queue() {
        return queues.order();
    }

    /** {@return the rule that says which waiter is refused when the queue is full} */
    public ShedRule shed() {
        return queues.shed();
    }

    /** {@return the wait after which an overloaded pool refuses a waiter; null means that none is refused} */
    public @Nullable Duration maxWaitTarget() {
        return queues.maxWaitTarget();
    }

    /** {@return the time after which a pool with a standing queue is overloaded, more than zero} */
    public Duration maxWaitInterval() {
        return queues.maxWaitInterval();
    }

    // ---- growing ahead

    /** {@return the number of idle workers that the pool keeps beyond those in use, 0 or more} */
    public int minIdle() {
        return growth.minIdle();
    }

    /** {@return the time over which the first workers are begun; zero means at once} */
    public Duration warmUp() {
        return growth.warmUp();
    }

    // ---- creation

    /** {@return the number of workers that the pool makes at the same time, 1 or more} */
    public int creationParallelism() {
        return creations.parallelism();
    }

    /** {@return the plan that decides after a failed attempt to make a worker} */
    public RestartPolicy creationPlan() {
        return creations.plan();
    }

    /** {@return the number of failures in a row after which callers are refused at once; 0 means never} */
    public int creationFailureLimit() {
        return creations.failureLimit();
    }

    /** {@return the time limit of {@link WorkerFactory#create}; zero means none} */
    public Duration creationTimeout() {
        return creations.timeout();
    }

    /** {@return the time that {@link Pools#startPool} waits for the first workers; zero means that it does not wait} */
    public Duration awaitReady() {
        return creations.awaitReady();
    }

    /** {@return true if {@link Pools#startPool} fails when the first workers can't be made} */
    public boolean failFast() {
        return creations.failFast();
    }

    // ---- validation

    /** {@return true if a worker is validated before each hand-out} */
    public boolean validateOnCheckout() {
        return validations.onCheckout();
    }

    /** {@return the idle time after which a worker is validated before its next hand-out; null means never} */
    public @Nullable Duration validateAfterIdle() {
        return validations.afterIdle();
    }

    /** {@return the interval of {@link WorkerFactory#keepAlive} for an idle worker; null means never} */
    public @Nullable Duration keepAlive() {
        return validations.keepAlive();
    }

    /** {@return the time limit of a check of a worker; zero means none} */
    public Duration validationTimeout() {
        return validations.timeout();
    }

    // ---- retirement

    /** {@return the age at which a worker is replaced; null means never} */
    public @Nullable Duration maxLifetime() {
        return retirements.maxLifetime();
    }

    /** {@return the largest part of {@link #maxLifetime} by which a worker's life is shortened at random, 0 to 1} */
    public double lifetimeJitter() {
        return retirements.lifetimeJitter();
    }

    /** {@return the number of leases and tasks after which a worker is replaced; 0 means never} */
    public int maxUses() {
        return retirements.maxUses();
    }

    /** {@return the idle time after which a worker is replaced; null means never} */
    public @Nullable Duration maxIdle() {
        return retirements.maxIdle();
    }

    // ---- leases

    /** {@return true if the pool remembers the place of each checkout} */
    public boolean leakDetection() {
        return leases.leakDetection();
    }

    /** {@return the age at which a lease is logged, more than zero; null means never} */
    public @Nullable Duration leakDetectionThreshold() {
        return leases.leakDetectionThreshold();
    }

    /** {@return the time that the thread of a killed process may go on with a worker; zero means none} */
    public Duration orphanGrace() {
        return leases.orphanGrace();
    }

    /** {@return the predicate for exceptions of a transaction that crash the worker} */
    public Predicate<Throwable> crashOn() {
        return leases.crashOn();
    }

    // ---- tasks

    /** {@return the time limit of one attempt of a task; null means none} */
    public @Nullable Duration taskTimeout() {
        return tasks.timeout();
    }

    /** {@return the plan that decides after a failed attempt of a task; null means that the task has failed} */
    public @Nullable RestartPolicy taskRestart() {
        return tasks.restart();
    }

    /** {@return the predicate for failures of a task that a worker survives} */
    public Predicate<Throwable> surviveOn() {
        return tasks.surviveOn();
    }

    /** {@return the decorator of each handed-over task} */
    public PoolTaskDecorator taskDecorator() {
        return tasks.decorator();
    }

    /** {@return true if the tasks of a key wait while one of them waits for its next attempt, false if they go on} */
    public boolean keyBlocks() {
        return tasks.keyBlocks();
    }

    /** {@return true if a task prefers the worker that served its key last, while that worker is idle} */
    public boolean sticky() {
        return tasks.sticky();
    }

    // ---- rates and overruns

    /** {@return the rate of all hand-outs; null means none} */
    public @Nullable Rate rate() {
        return rates.rate();
    }

    /** {@return the rate that the pool shares with others; null means none} */
    public @Nullable SharedRate sharedRate() {
        return rates.sharedRate();
    }

    /** {@return the rate of the tasks of each key; null means none} */
    public @Nullable Rate keyRate() {
        return rates.keyRate();
    }

    /** {@return the time after which a borrower or an attempt of a task is told as an overrun; null means never} */
    public @Nullable Duration overrunAfter() {
        return rates.overrunAfter();
    }

    // ---- processes

    /** {@return the rule for a worker after the end of its process: a plan or a restart type} */
    public WorkerRestart restart() {
        return processes.restart();
    }

    /**
     * {@return OTP's intensity and period: the number of restarts by restart type that the pool's supervisor accepts}
     * Plans have their own count.
     */
    public RestartIntensity intensity() {
        return processes.intensity();
    }

    /** {@return the time that a worker has to close before it is killed, more than zero} */
    public Duration shutdown() {
        return processes.shutdown();
    }

    /** {@return true if the processes of the workers run on platform threads, false for virtual threads} */
    public boolean platformThreads() {
        return processes.platformThreads();
    }

    /** {@return the context class loader of factory, tasks and checks; null means that of the process system} */
    public @Nullable ClassLoader contextClassLoader() {
        return processes.contextClassLoader();
    }

    // ---- gate and listener

    /** {@return the gate that is asked before each worker is made; null means none} */
    public @Nullable WorkerGate gate() {
        return gate;
    }

    /** {@return the listener of the pool} */
    public PoolListener listener() {
        return listener;
    }
}
