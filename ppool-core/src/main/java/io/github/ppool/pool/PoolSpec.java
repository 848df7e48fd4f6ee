package io.github.ppool.pool;

import io.github.ppool.guard.ForeignText;
import io.github.ppool.restart.PlanElement;
import io.github.ppool.restart.RestartIntensity;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.restart.RestartType;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All that is configured about a pool. An immutable value; everything is checked by {@link Builder#build} at the
 * latest. Durations go by the clock of the process system.
 *
 * <p>Long, because each setting has its explanation here and only here. Stands for the {@code PoolArgs} and {@code
 * WorkerArgs} of poolboy.
 *
 * @param <W> the worker
 */
public final class PoolSpec<W> {

    /** So many workers a pool may have at most: its size and its max-overflow together. */
    public static final int MOST_WORKERS = 100_000;

    /** Says itself that it wants nothing: a native image could not find it out. */
    private static final PoolListener NO_LISTENER = new PoolListener() {
        @Override
        public boolean wantsTaskTimes() {
            return false;
        }

        @Override
        public boolean wantsTaskEnds() {
            return false;
        }
    };

    private final String name;
    private final WorkerFactory<W> factory;
    private final WorkerRestart restart;
    private final RestartIntensity intensity;
    private final int size;
    private final int maxOverflow;
    private final PoolStrategy strategy;
    private final int queueCapacity;
    private final Duration checkoutTimeout;
    private final int creationParallelism;
    private final RestartPolicy creationPlan;
    private final int creationFailureLimit;
    private final Duration creationTimeout;
    private final Duration validationTimeout;
    private final Duration awaitReady;
    private final boolean failFast;
    private final Duration orphanGrace;
    private final Duration shutdown;
    private final boolean platformThreads;
    private final @Nullable Duration taskTimeout;
    private final @Nullable RestartPolicy taskRestart;
    private final boolean validateOnCheckout;
    private final @Nullable Duration validateAfterIdle;
    private final Duration overflowTtl;
    private final @Nullable Duration maxLifetime;
    private final double lifetimeJitter;
    private final int maxUses;
    private final @Nullable Duration maxIdle;
    private final @Nullable Duration keepAlive;
    private final boolean leakDetection;
    private final @Nullable Duration leakDetectionThreshold;
    private final boolean refuseWhileSuspended;
    private final Predicate<Throwable> surviveOn;
    private final Predicate<Throwable> crashOn;
    private final PoolListener listener;
    private final PoolTaskDecorator taskDecorator;
    private final @Nullable ClassLoader contextClassLoader;

    /**
     * Whether an exception speaks of a broken resource: the default of {@link Builder#crashOn}. So do
     * {@link java.io.IOException}, but for those about files, data and answers; exceptions of {@code java.sql} that
     * say that the connection is lost, by their class or by the class 08 of their SQL state; time-outs of calls
     * ({@link java.util.concurrent.TimeoutException}, {@link io.github.ppool.genserver.CallTimeoutException} and
     * others); and calls of a process that is gone ({@link io.github.ppool.genserver.ServerExitedException},
     * {@link io.github.ppool.process.NoProcessException}). The documentation of pools has the whole list.
     *
     * <p>Judges the exception that it is given, not its causes. A {@code CallTimeoutException} of the worker itself
     * does not crash that worker by default: it {@linkplain Lease#close catches up}.
     */
    public static final Predicate<Throwable> BROKEN_RESOURCE = BrokenResource::isTold;

    private PoolSpec(Builder<W> from) {
        name = from.name;
        factory = from.factory;
        restart = from.restart;
        intensity = from.intensity;
        size = from.size;
        maxOverflow = from.maxOverflow;
        strategy = from.strategy;
        queueCapacity = from.queueCapacity;
        checkoutTimeout = from.checkoutTimeout;
        creationParallelism = from.creationParallelism;
        creationPlan = from.creationPlan;
        creationFailureLimit = from.creationFailureLimit;
        creationTimeout = from.creationTimeout;
        validationTimeout = from.validationTimeout;
        awaitReady = from.awaitReady;
        failFast = from.failFast;
        orphanGrace = from.orphanGrace;
        shutdown = from.shutdown;
        platformThreads = from.platformThreads;
        taskTimeout = from.taskTimeout;
        taskRestart = from.taskRestart;
        validateOnCheckout = from.validateOnCheckout;
        validateAfterIdle = from.validateAfterIdle;
        overflowTtl = from.overflowTtl;
        maxLifetime = from.maxLifetime;
        lifetimeJitter = from.lifetimeJitter;
        maxUses = from.maxUses;
        maxIdle = from.maxIdle;
        keepAlive = from.keepAlive;
        leakDetection = from.leakDetection;
        leakDetectionThreshold = from.leakDetectionThreshold;
        refuseWhileSuspended = from.refuseWhileSuspended;
        surviveOn = from.surviveOn;
        crashOn = from.crashOn;
        listener = from.listener;
        taskDecorator = from.taskDecorator;
        contextClassLoader = from.contextClassLoader;
    }

    /**
     * Begins a specification with poolboy's defaults: size 5, max-overflow 10, lifo, time-out 5 s; and a queue of
     * 1000.
     *
     * @param name the name of the pool, not blank
     * @param factory makes the workers
     * @param <W> the worker
     * @return a builder
     * @throws IllegalArgumentException if the name is blank
     */
    public static <W> Builder<W> builder(String name, WorkerFactory<W> factory) {
        return new Builder<>(name, factory);
    }

    /**
     * A builder with all settings of this specification.
     *
     * @return a new builder
     */
    public Builder<W> toBuilder() {
        Builder<W> copy = new Builder<>(name, factory);
        copy.restart = restart;
        copy.intensity = intensity;
        copy.size = size;
        copy.maxOverflow = maxOverflow;
        copy.strategy = strategy;
        copy.queueCapacity = queueCapacity;
        copy.checkoutTimeout = checkoutTimeout;
        copy.creationParallelism = creationParallelism;
        copy.creationPlan = creationPlan;
        copy.creationFailureLimit = creationFailureLimit;
        copy.creationTimeout = creationTimeout;
        copy.validationTimeout = validationTimeout;
        copy.awaitReady = awaitReady;
        copy.failFast = failFast;
        copy.orphanGrace = orphanGrace;
        copy.shutdown = shutdown;
        copy.platformThreads = platformThreads;
        copy.taskTimeout = taskTimeout;
        copy.taskRestart = taskRestart;
        copy.validateOnCheckout = validateOnCheckout;
        copy.validateAfterIdle = validateAfterIdle;
        copy.overflowTtl = overflowTtl;
        copy.maxLifetime = maxLifetime;
        copy.lifetimeJitter = lifetimeJitter;
        copy.maxUses = maxUses;
        copy.maxIdle = maxIdle;
        copy.keepAlive = keepAlive;
        copy.leakDetection = leakDetection;
        copy.leakDetectionThreshold = leakDetectionThreshold;
        copy.refuseWhileSuspended = refuseWhileSuspended;
        copy.surviveOn = surviveOn;
        copy.crashOn = crashOn;
        copy.listener = listener;
        copy.taskDecorator = taskDecorator;
        copy.contextClassLoader = contextClassLoader;
        return copy;
    }

    /**
     * The name of the pool, and of its supervisor in the tree.
     *
     * @return not blank
     */
    public String name() {
        return name;
    }

    /**
     * What makes the workers.
     *
     * @return the factory
     */
    public WorkerFactory<W> factory() {
        return factory;
    }

    /**
     * What happens to a worker whose process ended: by default {@link RestartPolicy#POOL_DEFAULT}.
     *
     * @return a plan or a restart type
     */
    public WorkerRestart restart() {
        return restart;
    }

    /**
     * How many restarts by restart type the supervisor of the pool bears before it gives up. Plans have their own
     * count.
     *
     * @return OTP's intensity and period
     */
    public RestartIntensity intensity() {
        return intensity;
    }

    /**
     * How many workers the pool keeps; 0 means that each worker is made for the work and dismissed after it. At most
     * {@link #MOST_WORKERS} together with {@link #maxOverflow}.
     *
     * @return the setting
     */
    public int size() {
        return size;
    }

    /**
     * How many workers there may be beyond the size while they are needed; 0 or more, and at most {@link #MOST_WORKERS}
     * together with the size.
     *
     * @return the setting
     */
    public int maxOverflow() {
        return maxOverflow;
    }

    /**
     * Which idle worker is handed out.
     *
     * @return the setting
     */
    public PoolStrategy strategy() {
        return strategy;
    }

    /**
     * How many borrowers and tasks may wait; 0 means that nobody may.
     *
     * @return the setting
     */
    public int queueCapacity() {
        return queueCapacity;
    }

    /**
     * How long {@code checkout()} waits; zero and negative take only an idle worker.
     *
     * @return the setting
     */
    public Duration checkoutTimeout() {
        return checkoutTimeout;
    }

    /**
     * How many workers may be in the making at the same time; 1 or more.
     *
     * @return the setting
     */
    public int creationParallelism() {
        return creationParallelism;
    }

    /**
     * What happens after a worker could not be made; {@code stop}, {@code delete} and the end of the plan crash the
     * process of the worker, {@code wait} leaves it without a worker until the pool is resumed.
     *
     * @return the setting
     */
    public RestartPolicy creationPlan() {
        return creationPlan;
    }

    /**
     * After so many failures in a row to make a worker callers are refused at once instead of waiting, until one can
     * be made; 0 means never.
     *
     * @return the setting
     */
    public int creationFailureLimit() {
        return creationFailureLimit;
    }

    /**
     * How long {@link WorkerFactory#create} may take before its process is killed; zero means no limit.
     *
     * @return the setting
     */
    public Duration creationTimeout() {
        return creationTimeout;
    }

    /**
     * How long {@link WorkerFactory#validate} and {@link WorkerFactory#keepAlive} may take, and a {@code GenServer}
     * worker for an answer that it still owes, before the process of the worker is killed; zero means no limit.
     *
     * @return the setting
     */
    public Duration validationTimeout() {
        return validationTimeout;
    }

    /**
     * How long {@link Pools#startPool} waits for the first workers, as many as the size; zero means that it does not
     * wait.
     *
     * @return the setting
     */
    public Duration awaitReady() {
        return awaitReady;
    }

    /**
     * Whether {@link Pools#startPool} fails if the first workers can't be made.
     *
     * @return the setting
     */
    public boolean failFast() {
        return failFast;
    }

    /**
     * How long the thread of a killed process may go on with a worker before that worker is taken away: one that it had
     * borrowed is crashed, its own is closed by another thread. Zero means at once.
     *
     * @return the setting
     */
    public Duration orphanGrace() {
        return orphanGrace;
    }

    /**
     * How long a worker may take to be closed before it is killed; more than zero.
     *
     * @return the setting
     */
    public Duration shutdown() {
        return shutdown;
    }

    /**
     * Whether the workers' processes run on platform threads instead of virtual ones.
     *
     * @return the setting
     */
    public boolean platformThreads() {
        return platformThreads;
    }

    /**
     * The longest time that one attempt of a task may run before its process is killed; null means no limit.
     *
     * @return the setting
     */
    public @Nullable Duration taskTimeout() {
        return taskTimeout;
    }

    /**
     * What happens to a task that failed; null means that it has failed. {@code delete}, {@code stop} and the end of
     * the plan mean the same, {@code wait} is refused.
     *
     * @return the setting
     */
    public @Nullable RestartPolicy taskRestart() {
        return taskRestart;
    }

    /**
     * Whether {@link WorkerFactory#validate} is called before each hand-out to a borrower or task.
     *
     * @return the setting
     */
    public boolean validateOnCheckout() {
        return validateOnCheckout;
    }

    /**
     * After how much idleness {@link WorkerFactory#validate} is called before a hand-out; null means never.
     *
     * @return the setting
     */
    public @Nullable Duration validateAfterIdle() {
        return validateAfterIdle;
    }

    /**
     * How long an idle worker beyond the size lingers before it is dismissed; zero or more.
     *
     * @return the setting
     */
    public Duration overflowTtl() {
        return overflowTtl;
    }

    /**
     * The age at which a worker is replaced, when it is next idle; null means never.
     *
     * @return the setting
     */
    public @Nullable Duration maxLifetime() {
        return maxLifetime;
    }

    /**
     * By which part the maximal lifetime of each worker is shortened at most, at random, so that they don't all end
     * at once; 0 to 1.
     *
     * @return the setting
     */
    public double lifetimeJitter() {
        return lifetimeJitter;
    }

    /**
     * After how many leases and tasks a worker is replaced; 0 means never.
     *
     * @return the setting
     */
    public int maxUses() {
        return maxUses;
    }

    /**
     * After how much idleness a worker is replaced; null means never.
     *
     * @return the setting
     */
    public @Nullable Duration maxIdle() {
        return maxIdle;
    }

    /**
     * After how much idleness, again and again, {@link WorkerFactory#keepAlive} is called; null means never.
     *
     * @return the setting
     */
    public @Nullable Duration keepAlive() {
        return keepAlive;
    }

    /**
     * Whether to remember where each lease is taken, to warn when one is dropped unclosed; costs a stack walk per
     * checkout.
     *
     * @return the setting
     */
    public boolean leakDetection() {
        return leakDetection;
    }

    /**
     * How long a lease may go on before that is told; null means that it is never told.
     *
     * @return the setting
     */
    public @Nullable Duration leakDetectionThreshold() {
        return leakDetectionThreshold;
    }

    /**
     * Whether callers are refused while the pool is suspended, instead of waiting.
     *
     * @return the setting
     */
    public boolean refuseWhileSuspended() {
        return refuseWhileSuspended;
    }

    /**
     * Failures of handed-over tasks that a worker survives, in addition to those that its factory says it survives.
     *
     * @return the setting
     */
    public Predicate<Throwable> surviveOn() {
        return surviveOn;
    }

    /**
     * Exceptions of a borrower in {@code transaction}, or causes of them, that crash the worker.
     *
     * @return the setting
     */
    public Predicate<Throwable> crashOn() {
        return crashOn;
    }

    /**
     * Who is told what happens in the pool.
     *
     * @return the setting
     */
    public PoolListener listener() {
        return listener;
    }

    /**
     * What is put around each task that is handed over.
     *
     * @return the setting
     */
    public PoolTaskDecorator taskDecorator() {
        return taskDecorator;
    }

    /**
     * The context class loader that factory, tasks and checks are run with.
     *
     * @return that of the thread that began this specification, unless set; null means the process system's
     */
    public @Nullable ClassLoader contextClassLoader() {
        return contextClassLoader;
    }

    /** Whether something is put around each task. */
    @SuppressWarnings("ReferenceEquality") // a decorator may say what it likes of another one
    boolean decorates() {
        return taskDecorator != PoolTaskDecorator.NONE;
    }

    /** Whether there is anybody to be told. */
    boolean listens() {
        return listener != NO_LISTENER;
    }

    @Override
    public String toString() {
        return "PoolSpec[" + name + ", size=" + size + ", maxOverflow=" + maxOverflow + ", " + strategy + "]";
    }

    /**
     * Collects the settings. Each method checks its argument at once and changes nothing if it refuses. Not
     * thread-safe.
     *
     * @param <W> the worker
     */
    public static final class Builder<W> {
        private final String name;
        private final WorkerFactory<W> factory;
        private WorkerRestart restart = new WorkerRestart.ByPlan(RestartPolicy.POOL_DEFAULT);
        private RestartIntensity intensity = RestartIntensity.DEFAULT;
        private int size = 5;
        private int maxOverflow = 10;
        private PoolStrategy strategy = PoolStrategy.LIFO;
        private int queueCapacity = 1000;
        private Duration checkoutTimeout = Duration.ofSeconds(5);
        private int creationParallelism = Integer.MAX_VALUE;
        private RestartPolicy creationPlan = RestartPolicy.POOL_DEFAULT;
        private int creationFailureLimit = 10;
        private Duration creationTimeout = Duration.ofSeconds(30);
        private Duration validationTimeout = Duration.ofSeconds(5);
        private Duration awaitReady = Duration.ZERO;
        private boolean failFast = false;
        private Duration orphanGrace = Duration.ofSeconds(5);
        private Duration shutdown = Duration.ofSeconds(5);
        private boolean platformThreads = false;
        private @Nullable Duration taskTimeout = null;
        private @Nullable RestartPolicy taskRestart = null;
        private boolean validateOnCheckout = false;
        private @Nullable Duration validateAfterIdle = null;
        private Duration overflowTtl = Duration.ZERO;
        private @Nullable Duration maxLifetime = null;
        private double lifetimeJitter = 0.1;
        private int maxUses = 0;
        private @Nullable Duration maxIdle = null;
        private @Nullable Duration keepAlive = null;
        private boolean leakDetection = false;
        private @Nullable Duration leakDetectionThreshold = null;
        private boolean refuseWhileSuspended = false;
        private Predicate<Throwable> surviveOn = failure -> false;
        private Predicate<Throwable> crashOn = BROKEN_RESOURCE;
        private PoolListener listener = NO_LISTENER;
        private PoolTaskDecorator taskDecorator = PoolTaskDecorator.NONE;
        private @Nullable ClassLoader contextClassLoader = Thread.currentThread().getContextClassLoader();

        private Builder(String name, WorkerFactory<W> factory) {
            if (name.isBlank()) {
                throw new IllegalArgumentException("name must not be blank, got: '" + ForeignText.of(name) + "'");
            }
            this.name = name;
            this.factory = Objects.requireNonNull(factory, "factory must not be null");
        }

        /**
         * Restarts crashed workers by a plan.
         *
         * @param policy the plan, its count and its reset-after
         * @return this
         */
        public Builder<W> restart(RestartPolicy policy) {
            restart = new WorkerRestart.ByPlan(Objects.requireNonNull(policy, "restart must not be null"));
            return this;
        }

        /**
         * Restarts crashed workers by a restart type, within an intensity, as OTP does.
         *
         * @param type permanent, transient, or temporary. What the supervisor does not restart the pool replaces when
         * it is needed
         * @param within how many restarts the pool's supervisor bears before it gives up
         * @return this
         */
        public Builder<W> restart(RestartType type, RestartIntensity within) {
            restart = new WorkerRestart.ByType(Objects.requireNonNull(type, "restart type must not be null"));
            intensity = Objects.requireNonNull(within, "intensity must not be null");
            return this;
        }

        /**
         * How many workers the pool keeps; 0 means that each worker is made for the work and dismissed after it. A few
         * hundred are begun at the same time, then one more for each that is done, so that a large pool fills in steps.
         * Default: {@code 5}.
         *
         * @param newValue the setting
         * @return this
         * @throws IllegalArgumentException if it is negative or more than {@link PoolSpec#MOST_WORKERS}
         */
        public Builder<W> size(int newValue) {
            requireWorkers("size", newValue);
            size = newValue;
            return this;
        }

        /**
         * How many workers there may be beyond the size while they are needed; 0 or more. Default: {@code 10}. If the
         * size is 0 too, the pool is always full, as in poolboy: {@code tryCheckout} and {@code run} are empty,
         * {@code checkout} waits until its time is over, and tasks stay in the queue. The log warns of such a pool when
         * it is started.
         *
         * @param newValue the setting
         * @return this
         * @throws IllegalArgumentException if it is negative or more than {@link PoolSpec#MOST_WORKERS}
         */
        public Builder<W> maxOverflow(int newValue) {
            requireWorkers("max-overflow", newValue);
            maxOverflow = newValue;
            return this;
        }

        /**
         * Which idle worker is handed out. Default: {@code LIFO}.
         *
         * @param newValue the setting
         * @return this
         */
        public Builder<W> strategy(PoolStrategy newValue) {
            strategy = Objects.requireNonNull(newValue, "strategy must not be null");
            return this;
        }

        /**
         * How many borrowers and tasks may wait; 0 means that nobody may. Default: {@code 1000}.
         *
         * @param newValue the setting
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder<W> queueCapacity(int newValue) {
            requireAtLeast("queue-capacity", 0, newValue);
            queueCapacity = newValue;
            return this;
        }

        /**
         * How long {@code checkout()} waits; zero and negative take only an idle worker. Default: {@code Seconds(5)}.
         *
         * @param newValue the setting
         * @return this
         */
        public Builder<W> checkoutTimeout(Duration newValue) {
            checkoutTimeout = Objects.requireNonNull(newValue, "checkout-timeout must not be null");
            return this;
        }

        /**
         * How many workers may be in the making at the same time; 1 or more. One that takes longer than a second gives
         * its turn to the next, so that a hang does not hold up all. Default: {@code Integer.MAX_VALUE}.
         *
         * @param newValue the setting
         * @return this
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder<W> creationParallelism(int newValue) {
            requireAtLeast("creation.parallelism", 1, newValue);
            creationParallelism = newValue;
            return this;
        }

        /**
         * What happens after a worker could not be made; {@code stop}, {@code delete} and the end of the plan crash
         * the process of the worker, {@code wait} leaves it without a worker until the pool is resumed. Default:
         * {@code RestartPolicy.POOL_DEFAULT}.
         *
         * @param newValue the setting
         * @return this
         */
        public Builder<W> creationPlan(RestartPolicy newValue) {
            creationPlan = Objects.requireNonNull(newValue, "creation.plan must not be null");
            return this;
        }

        /**
         * After so many failures in a row to make a worker callers are refused at once instead of waiting, until one
         * can be made; 0 means never. Default: {@code 10}.
         *
         * @param newValue the setting
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder<W> creationFailureLimit(int newValue) {
            requireAtLeast("creation.failure-limit", 0, newValue);
            creationFailureLimit = newValue;
            return this;
        }

        /**
         * How long {@link WorkerFactory#create} may take. Then its process is killed, and the worker counts as one that
         * could not be made. Until then a creation that takes longer than a second is not counted on: another place may
         * be tried. Default: {@code Seconds(30)}, which cuts a hang and not a slow start.
         *
         * @param newValue the setting; zero means no limit
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder<W> creationTimeout(Duration newValue) {
            requireNotNegative("creation-timeout", newValue);
            creationTimeout = newValue;
            return this;
        }

        /**
         * How long {@link WorkerFactory#validate} and {@link WorkerFactory#keepAlive} may take, and a {@code GenServer}
         * worker for an answer that it still owes. Then the process of the worker is killed. Default:
         * {@code Seconds(5)}.
         *
         * @param newValue the setting; zero means no limit
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder<W> validationTimeout(Duration newValue) {
            requireNotNegative("validation-timeout", newValue);
            validationTimeout = newValue;
            return this;
        }

        /**
         * How long {@link Pools#startPool} waits until as many workers are made as the size says. Attempts that fail
         * are repeated meanwhile as the creation plan says. When the time is over the pool is used with the workers
         * that there are, which is logged, unless it must {@link #failFast fail fast}. Default: {@code Duration.ZERO}.
         *
         * @param newValue the setting; zero means that the start does not wait
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder<W> awaitReady(Duration newValue) {
            requireNotNegative("await-ready", newValue);
            awaitReady = newValue;
            return this;
        }

        /**
         * Whether {@link Pools#startPool} fails with a {@link PoolNotReadyException} if the first workers, as many as
         * the size says, can't be made: with {@link #awaitReady} if they are not made within that time, else as soon as
         * an attempt fails, and the start waits for all of them. Default: {@code false}.
         *
         * @param newValue the setting
         * @return this
         */
        public Builder<W> failFast(boolean newValue) {
            failFast = newValue;
            return this;
        }

        /**
         * How long the thread of a killed process may go on with a worker. A thread can't be ended from outside, so
         * no other holder gets that worker meanwhile. Then a worker that it had borrowed is crashed, and its own
         * worker is closed by another thread, which frees a thread that waits at a socket. As many threads as the
         * pool may have workers may go on beside their successors; all others keep their places. Default:
         * {@code Seconds(5)}.
         *
         * @param newValue the setting; zero means at once
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder<W> orphanGrace(Duration newValue) {
            requireNotNegative("orphan-grace", newValue);
            orphanGrace = newValue;
            return this;
        }

        /**
         * How long a worker may take to be closed before it is killed; more than zero. Default: {@code Seconds(5)}.
         *
         * @param newValue the setting
         * @return this
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder<W> shutdown(Duration newValue) {
            requirePositive("shutdown", newValue);
            shutdown = newValue;
            return this;
        }

        /**
         * Whether the workers' processes run on platform threads instead of virtual ones. Default: {@code false}.
         *
         * @param newValue the setting
         * @return this
         */
        public Builder<W> platformThreads(boolean newValue) {
            platformThreads = newValue;
            return this;
        }

        /**
         * The longest time that one attempt of a task may run before its process is killed; null means no limit.
         * Default: {@code null}.
         *
         * @param newValue the setting
         * @return this
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder<W> taskTimeout(@Nullable Duration newValue) {
            requirePositive("task-timeout", newValue);
            taskTimeout = newValue;
            return this;
        }

        /**
         * What happens to a task that failed; null means that it has failed. {@code delete}, {@code stop} and the end
         * of the plan mean the same, {@code wait} is refused. Default: {@code null}.
         *
         * @param newValue the setting
         * @return this
         * @throws IllegalArgumentException if the plan contains {@code wait}
         */
        public Builder<W> taskRestart(@Nullable RestartPolicy newValue) {
            if (newValue != null && newValue.plan().elements().contains(PlanElement.WAIT)) {
                throw new IllegalArgumentException(
                        "task-restart must not contain wait: nobody could restart a task, got: "
                                + ForeignText.of(newValue));
            }
            taskRestart = newValue;
            return this;
        }

        /**
         * Whether {@link WorkerFactory#validate} is called before each hand-out to a borrower or task. Default:
         * {@code false}.
         *
         * @param newValue the setting
         * @return this
         */
        public Builder<W> validateOnCheckout(boolean newValue) {
            validateOnCheckout = newValue;
            return this;
        }

        /**
         * After how much idleness {@link WorkerFactory#validate} is called before a hand-out; null means never.
         * Default: {@code null}.
         *
         * @param newValue the setting
         * @return this
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder<W> validateAfterIdle(@Nullable Duration newValue) {
            requirePositive("validate-after-idle", newValue);
            validateAfterIdle = newValue;
            return this;
        }

        /**
         * How long an idle worker beyond the size lingers before it is dismissed; zero or more. Default: {@code
         * Duration.ZERO}.
         *
         * @param newValue the setting
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder<W> overflowTtl(Duration newValue) {
            requireNotNegative("overflow-ttl", newValue);
            overflowTtl = newValue;
            return this;
        }

        /**
         * The age at which a worker is replaced, when it is next idle; null means never. Default: {@code null}.
         *
         * @param newValue the setting
         * @return this
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder<W> maxLifetime(@Nullable Duration newValue) {
            requirePositive("max-lifetime", newValue);
            maxLifetime = newValue;
            return this;
        }

        /**
         * By which part the maximal lifetime of each worker is shortened at most, at random, so that they don't all
         * end at once; 0 to 1. Default: {@code 0.1}.
         *
         * @param newValue the setting
         * @return this
         * @throws IllegalArgumentException if it is outside of 0 to 1
         */
        public Builder<W> lifetimeJitter(double newValue) {
            if (!(newValue >= 0 && newValue <= 1)) {
                throw new IllegalArgumentException("lifetime-jitter must be from 0 to 1, got: " + newValue);
            }
            lifetimeJitter = newValue;
            return this;
        }

        /**
         * After how many leases and tasks a worker is replaced; 0 means never. Default: {@code 0}.
         *
         * @param newValue the setting
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder<W> maxUses(int newValue) {
            requireAtLeast("max-uses", 0, newValue);
            maxUses = newValue;
            return this;
        }

        /**
         * After how much idleness a worker is replaced; null means never. Default: {@code null}.
         *
         * @param newValue the setting
         * @return this
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder<W> maxIdle(@Nullable Duration newValue) {
            requirePositive("max-idle", newValue);
            maxIdle = newValue;
            return this;
        }

        /**
         * After how much idleness, again and again, {@link WorkerFactory#keepAlive} is called; null means never.
         * Default: {@code null}.
         *
         * @param newValue the setting
         * @return this
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder<W> keepAlive(@Nullable Duration newValue) {
            requirePositive("keep-alive", newValue);
            keepAlive = newValue;
            return this;
        }

        /**
         * Whether to remember where each lease is taken, to warn when one is dropped unclosed; costs a stack walk per
         * checkout. The garbage collector tells that a lease was dropped, so the warning comes some time later; the
         * worker is crashed then, and replaced. A lease of {@code checkoutAsync} that has no owner is watched in any
         * case, but where it was taken is not remembered. Default: {@code false}.
         *
         * @param newValue the setting
         * @return this
         */
        public Builder<W> leakDetection(boolean newValue) {
            leakDetection = newValue;
            return this;
        }

        /**
         * How long a lease may go on before that is told: once, as a warning with the stack trace of the checkout, at
         * the latest a sixteenth of this time after it. A further line tells its end, if it ends after all. The lease
         * itself goes on. Costs as much as {@link #leakDetection}. Default: {@code null}.
         *
         * @param newValue the setting; null and zero mean that nothing is told
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder<W> leakDetectionThreshold(@Nullable Duration newValue) {
            if (newValue != null) {
                requireNotNegative("leak-detection-threshold", newValue);
            }
            leakDetectionThreshold = newValue == null || newValue.isZero() ? null : newValue;
            return this;
        }

        /**
         * Whether callers are refused while the pool is suspended, instead of waiting. Default: {@code false}.
         *
         * @param newValue the setting
         * @return this
         */
        public Builder<W> refuseWhileSuspended(boolean newValue) {
            refuseWhileSuspended = newValue;
            return this;
        }

        /**
         * Failures of handed-over tasks that a worker survives, in addition to those that its factory says it
         * survives. Asked on the worker's process, holding no lock; must not block. If it throws, that is logged,
         * counts as false, and is added to the failure as suppressed. Default: {@code failure -> false}.
         *
         * @param newValue the setting
         * @return this
         */
        public Builder<W> surviveOn(Predicate<Throwable> newValue) {
            surviveOn = Objects.requireNonNull(newValue, "survive-on must not be null");
            return this;
        }

        /**
         * Exceptions of a borrower in {@code transaction} that crash the worker. Asked about the exception and about
         * its causes, at most 20 of them, the outermost first, until it says yes. The causes of a
         * {@link PoolException}, a {@link WorkerExitException} and a {@link io.github.ppool.process.ProcessExit} are
         * left out: they tell of other workers and processes. After any other exception the worker is suspect: see
         * {@link Lease#suspect}.
         *
         * <p>Asked on the borrower's thread, holding no lock; must not block, since the worker is given back
         * afterwards. If it throws, that is logged, counts as false, and is added to the exception as suppressed.
         * Default: {@link #BROKEN_RESOURCE}, which this setting replaces; {@code BROKEN_RESOURCE.or(…)} adds to it,
         * and {@code failure -> false} lets no exception crash a worker.
         *
         * @param newValue the setting
         * @return this
         */
        public Builder<W> crashOn(Predicate<Throwable> newValue) {
            crashOn = Objects.requireNonNull(newValue, "crash-on must not be null");
            return this;
        }

        /**
         * The listener of the pool; on which threads it is told, and what it must not do, says {@link PoolListener}.
         * Default: {@code new PoolListener() {}}.
         *
         * @param newValue the setting
         * @return this
         */
        public Builder<W> listener(PoolListener newValue) {
            listener = Objects.requireNonNull(newValue, "listener must not be null");
            return this;
        }

        /**
         * What is put around each task that is handed over. Default: {@link PoolTaskDecorator#NONE}.
         *
         * @param newValue the setting
         * @return this
         */
        public Builder<W> taskDecorator(PoolTaskDecorator newValue) {
            taskDecorator = Objects.requireNonNull(newValue, "task-decorator must not be null");
            return this;
        }

        /**
         * The context class loader that factory, tasks and checks are run with. Default: that of the thread that began
         * this specification.
         *
         * @param newValue null means that of the {@link io.github.ppool.process.ProcessSystem}
         * @return this
         */
        public Builder<W> contextClassLoader(@Nullable ClassLoader newValue) {
            contextClassLoader = newValue;
            return this;
        }

        /**
         * Checks what concerns several settings together.
         *
         * @return the specification
         * @throws IllegalArgumentException if the sum of size and max-overflow is more than {@link
         *     PoolSpec#MOST_WORKERS}
         */
        public PoolSpec<W> build() {
            requirePlaces(size, maxOverflow);
            return new PoolSpec<>(this);
        }

        private static void requireAtLeast(String setting, int least, int value) {
            if (value < least) {
                throw new IllegalArgumentException(setting
                        + (least == 0 ? " must not be negative, got: " : " must be at least " + least + ", got: ")
                        + value);
            }
        }

        private static void requireNotNegative(String setting, Duration value) {
            if (value.isNegative()) {
                throw new IllegalArgumentException(setting + " must not be negative, got: " + value);
            }
        }

        private static void requirePositive(String setting, @Nullable Duration value) {
            if (value != null && (value.isNegative() || value.isZero())) {
                throw new IllegalArgumentException(setting + " must be positive, got: " + value);
            }
        }
    }

    /** The rule that a start and a resize have in common. */
    static void requirePlaces(int size, int maxOverflow) {
        requireWorkers("size", size);
        requireWorkers("max-overflow", maxOverflow);
        if (size + maxOverflow > MOST_WORKERS) { // no overflow: each is at most MOST_WORKERS
            throw new IllegalArgumentException(
                    "size + max-overflow must be from 0 to " + MOST_WORKERS + ", got: " + size
                            + " + " + maxOverflow);
        }
    }

    private static void requireWorkers(String setting, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(setting + " must not be negative, got: " + value);
        }
        if (value > MOST_WORKERS) {
            throw new IllegalArgumentException(setting + " must be at most " + MOST_WORKERS + ", got: " + value);
        }
    }
}
