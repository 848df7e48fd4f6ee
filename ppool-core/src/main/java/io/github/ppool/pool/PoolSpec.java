package io.github.ppool.pool;

import io.github.ppool.guard.ForeignText;
import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a pool: an immutable value. The {@link Builder} explains each setting. It checks each one when
 * it is set, and all together in {@link Builder#build}. A pool measures every duration with the clock of its
 * {@link io.github.ppool.process.ProcessSystem}.
 *
 * <p>Stands for the {@code PoolArgs} and {@code WorkerArgs} of poolboy. The builder explains each setting. The settings
 * and their rules are in one record for each topic.
 *
 * @param <W> the worker
 */
public final class PoolSpec<W> extends PoolSettings {

    /** The largest number of workers in one pool: its size and its max-overflow together. */
    public static final int MOST_WORKERS = 100_000;

    /** Overrides the questions with false: a native image could not find the answers. */
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

    /**
     * True for an exception that speaks of a broken resource: the default of {@link Builder#crashOn}. These do:
     *
     * <ul>
     *   <li>{@link java.io.IOException}, except for exceptions about files, data and answers;
     *   <li>exceptions of {@code java.sql} about a lost connection: by their class, or by the class 08 of their SQL
     *       state;
     *   <li>time-outs of calls: {@link java.util.concurrent.TimeoutException},
     *       {@link io.github.ppool.genserver.CallTimeoutException} and others;
     *   <li>calls of a process that is gone: {@link io.github.ppool.genserver.ServerExitedException},
     *       {@link io.github.ppool.process.NoProcessException}.
     * </ul>
     *
     * <p>The documentation of pools has the whole list. The predicate judges the exception itself and ignores its
     * causes. By default a {@code CallTimeoutException} of the worker itself does not crash that worker: the worker
     * {@linkplain Lease#close catches up}.
     */
    public static final Predicate<Throwable> BROKEN_RESOURCE = LeaseSettings.BROKEN_RESOURCE;

    private final String name;
    private final WorkerFactory<W> factory;

    private PoolSpec(Builder<W> from) {
        super(from);
        name = from.name;
        factory = from.factory;
    }

    /**
     * Begins a specification with poolboy's defaults: size 5, max-overflow 10, lifo, time-out 5 s. The queue has a
     * capacity of 1000.
     *
     * @param name the name of the pool, not blank
     * @param factory the factory of the workers
     * @param <W> the worker
     * @return a new builder
     * @throws IllegalArgumentException if the name is blank
     */
    public static <W> Builder<W> builder(String name, WorkerFactory<W> factory) {
        return new Builder<>(name, factory);
    }

    /**
     * Begins a specification with all settings of this one, the name and the factory included.
     *
     * @return a new builder
     */
    public Builder<W> toBuilder() {
        return new Builder<>(this);
    }

    /** {@return the name of the pool, and of its supervisor in the tree} */
    public String name() {
        return name;
    }

    /** {@return the factory of the workers} */
    public WorkerFactory<W> factory() {
        return factory;
    }

    /** {@return true if a listener is set} */
    public boolean listens() {
        return listener() != NO_LISTENER;
    }

    @Override
    public String toString() {
        return "PoolSpec[" + name + ", size=" + size() + ", maxOverflow=" + maxOverflow() + ", " + strategy() + "]";
    }

    /**
     * Collects the settings of a pool. Each method checks its argument at once; if it refuses the argument, the call
     * has no effect. A null is refused with a {@link NullPointerException} unless the method gives it a meaning. Not
     * thread-safe.
     *
     * @param <W> the worker
     */
    public static final class Builder<W> extends WorkerSettingsBuilder<W> {
        private final String name;
        private final WorkerFactory<W> factory;
        CheckoutSettings checkouts = CheckoutSettings.DEFAULTS;
        QueueSettings queues = QueueSettings.DEFAULTS;
        LeaseSettings leases = LeaseSettings.DEFAULTS;
        TaskSettings tasks = TaskSettings.DEFAULTS;
        RateSettings rates = RateSettings.DEFAULTS;
        PoolListener listener = NO_LISTENER;
        @Nullable
        WorkerGate gate;

        private Builder(String name, WorkerFactory<W> factory) {
            super(ProcessSettings.defaults());
            if (name.isBlank()) {
                throw new IllegalArgumentException("name must not be blank, got: '" + ForeignText.of(name) + "'");
            }
            this.name = name;
            this.factory = Objects.requireNonNull(factory, "factory must not be null");
        }

        private Builder(PoolSpec<W> from) {
            super(from.processes);
            name = from.name;
            factory = from.factory;
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
            listener = from.listener();
            gate = from.gate();
        }

        @Override
        Builder<W> self() {
            return this;
        }

        // ---- checkout and queue

        /**
         * Sets the order in which idle workers are lent. Default: {@code LIFO}.
         *
         * @param newValue the strategy
         * @return this
         */
        public Builder<W> strategy(PoolStrategy newValue) {
            checkouts = checkouts.withStrategy(newValue);
            return this;
        }

        /**
         * Sets the number of borrowers and tasks that may wait. Default: {@code 1000}.
         *
         * @param newValue the number; with 0 none may wait
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder<W> queueCapacity(int newValue) {
            checkouts = checkouts.withQueueCapacity(newValue);
            return this;
        }

        /**
         * Sets the time that {@link PoolClient#checkout()} waits for a worker. Default: {@code Seconds(5)}.
         *
         * @param newValue the time; with zero only an idle worker is taken
         * @return this
         * @throws IllegalArgumentException if it is negative. A negative time means an endless wait elsewhere, which
         *     this pool does not have
         */
        public Builder<W> checkoutTimeout(Duration newValue) {
            checkouts = checkouts.withTimeout(newValue);
            return this;
        }

        /**
         * Sets the treatment of callers while the pool is suspended: refused at once, or queued. Default:
         * {@code false}.
         *
         * @param newValue true to refuse them
         * @return this
         */
        public Builder<W> refuseWhileSuspended(boolean newValue) {
            checkouts = checkouts.withRefuseWhileSuspended(newValue);
            return this;
        }

        /**
         * Sets the order in which waiters are served; {@link QueueOrder} explains each. With another order than
         * {@code FIFO}, each waiter takes the pool's lock to join the queue. Default: {@code FIFO}.
         *
         * @param newValue the order
         * @return this
         */
        public Builder<W> queue(QueueOrder newValue) {
            queues = queues.withOrder(newValue);
            return this;
        }

        /**
         * Sets the rule that says which waiter is refused when the queue is full; {@link ShedRule} explains each.
         * Default: {@code NEWEST}.
         *
         * @param newValue the rule
         * @return this
         */
        public Builder<W> shed(ShedRule newValue) {
            queues = queues.withShed(newValue);
            return this;
        }

        /**
         * Sets the wait that a pool under overload allows: each borrower and task that has waited so long is refused
         * with {@link ShedReason#MAX_WAIT}. The overload begins when the oldest wait has been longer than this for
         * {@link #maxWaitInterval} without a break, and ends when the queue is empty. Stands for the {@code target} of
         * sbroker's CoDel. Default: {@code null}.
         *
         * @param newValue the wait; null means that no waiter is refused for its wait
         * @return this
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder<W> maxWaitTarget(@Nullable Duration newValue) {
            queues = queues.withMaxWaitTarget(newValue);
            return this;
        }

        /**
         * Sets the time for which a queue may stand before the pool counts as overloaded: a shorter burst sheds no
         * waiter. Without effect unless {@link #maxWaitTarget} is set or the queue is {@code ADAPTIVE}. Default:
         * {@code Millis(100)}.
         *
         * @param newValue the time
         * @return this
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder<W> maxWaitInterval(Duration newValue) {
            queues = queues.withMaxWaitInterval(newValue);
            return this;
        }

        // ---- leases

        /**
         * Makes the pool remember the stack trace of each checkout, to warn of a lease that is dropped unclosed; costs
         * a stack walk for each checkout. The garbage collector reports a dropped lease, so the warning comes some time
         * later; then the worker crashes and is replaced. A lease of {@code checkoutAsync} without an owner is watched
         * in any case, but without its stack trace. Default: {@code false}.
         *
         * @param newValue true to remember it
         * @return this
         */
        public Builder<W> leakDetection(boolean newValue) {
            leases = leases.withLeakDetection(newValue);
            return this;
        }

        /**
         * Sets the age at which a lease is logged: once, as a warning with the stack trace of the checkout, at the
         * latest a sixteenth of this time after it. A further line tells the end of the lease, if it ends after all.
         * The lease itself goes on. Costs as much as {@link #leakDetection}. Default: {@code null}.
         *
         * @param newValue the age; null and zero mean never
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder<W> leakDetectionThreshold(@Nullable Duration newValue) {
            leases = leases.withLeakDetectionThreshold(newValue);
            return this;
        }

        /**
         * Sets the time that the thread of a killed process may go on with a worker. A thread can't be ended from
         * outside, so no other holder gets the worker meanwhile. After this time a borrowed worker crashes. A worker
         * of the killed process itself is closed by another thread, which frees a thread that waits at a socket. As
         * many such threads as the pool may have workers may go on beside their successors; all others keep their
         * places. Default: {@code Seconds(5)}.
         *
         * @param newValue the time; zero means none
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder<W> orphanGrace(Duration newValue) {
            leases = leases.withOrphanGrace(newValue);
            return this;
        }

        /**
         * Sets the exceptions of a {@code transaction} that crash the worker. The predicate gets the exception and then
         * its causes, at most 20, until it returns true. It does not get the causes of a {@link PoolException}, a
         * {@link WorkerExitException} and a {@link io.github.ppool.process.ProcessExit}: they are about other workers
         * and processes. After any other exception the worker is suspect: see {@link Lease#suspect}.
         *
         * <p>The borrower's thread calls the predicate and holds no lock. The predicate must not block, since the
         * worker is given back afterwards. If the predicate throws, the failure is logged, counts as false, and is
         * added to the exception as suppressed. Default: {@link #BROKEN_RESOURCE}, which this setting replaces.
         * {@code BROKEN_RESOURCE.or(…)} adds to it, and {@code failure -> false} lets no exception crash a worker.
         *
         * @param newValue the predicate
         * @return this
         */
        public Builder<W> crashOn(Predicate<Throwable> newValue) {
            leases = leases.withCrashOn(newValue);
            return this;
        }

        // ---- tasks

        /**
         * Sets the time limit of one attempt of a task. At its end the process of the worker is killed. Default:
         * {@code null}.
         *
         * @param newValue the limit; null means none
         * @return this
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder<W> taskTimeout(@Nullable Duration newValue) {
            tasks = tasks.withTimeout(newValue);
            return this;
        }

        /**
         * Sets the plan that decides after an attempt of a task has failed. With {@code delete}, {@code stop} and the
         * end of the plan the task has failed. Default: {@code null}.
         *
         * @param newValue the plan with its count; null means that the task has failed
         * @return this
         * @throws IllegalArgumentException if the plan contains {@code wait}
         */
        public Builder<W> taskRestart(@Nullable RestartPolicy newValue) {
            tasks = tasks.withRestart(newValue);
            return this;
        }

        /**
         * Sets the failures of handed-over tasks that a worker survives, in addition to those that
         * {@link WorkerFactory#survives} names. The worker's process calls the predicate and holds no lock. The
         * predicate must not block. If it throws, the failure is logged, counts as false, and is added to the task's
         * failure as suppressed. Default: {@code failure -> false}.
         *
         * @param newValue the predicate
         * @return this
         */
        public Builder<W> surviveOn(Predicate<Throwable> newValue) {
            tasks = tasks.withSurviveOn(newValue);
            return this;
        }

        /**
         * Sets the code that is put around each handed-over task. Default: {@link PoolTaskDecorator#NONE}.
         *
         * @param newValue the decorator
         * @return this
         */
        public Builder<W> taskDecorator(PoolTaskDecorator newValue) {
            tasks = tasks.withDecorator(newValue);
            return this;
        }

        /**
         * Sets the rule for tasks of a key behind one that has failed and waits for its next attempt by
         * {@link #taskRestart}. {@link TaskOptions#keyBlocks} overrides it. Default: {@code true}.
         *
         * @param newValue true if they wait, so that the order of the key is kept; false if they go on
         * @return this
         */
        public Builder<W> keyBlocks(boolean newValue) {
            tasks = tasks.withKeyBlocks(newValue);
            return this;
        }

        /**
         * Sets the preference of tasks with a key. A sticky task gets the worker that served its key last, if that
         * worker is idle; otherwise it gets any worker. {@link TaskOptions#sticky} overrides it. Default:
         * {@code false}.
         *
         * @param newValue true to prefer the last worker
         * @return this
         */
        public Builder<W> sticky(boolean newValue) {
            tasks = tasks.withSticky(newValue);
            return this;
        }

        // ---- rates and overruns

        /**
         * Sets how many hand-outs begin within a time: checkouts and attempts of tasks together. While the rate is used
         * up, callers and tasks wait in the queue of the pool, in their order, although workers are idle. A caller that
         * does not wait is refused or gets no worker, and {@link PoolException#retryAfter} tells when to come again.
         * Each checkout then takes the pool's lock. Default: {@code null}.
         *
         * @param newValue the rate; null means none
         * @return this
         */
        public Builder<W> rate(@Nullable Rate newValue) {
            rates = rates.withRate(newValue);
            return this;
        }

        /**
         * Sets a rate that the pool shares with others, beside its own one: a hand-out begins when both permit it. The
         * pool hands out by its share, and waits as for a rate of its own while that is used up. Default: {@code null}.
         *
         * @param newValue the owner of the rate; null means none
         * @return this
         */
        public Builder<W> sharedRate(@Nullable SharedRate newValue) {
            rates = rates.withSharedRate(newValue);
            return this;
        }

        /**
         * Sets how many attempts of tasks begin within a time for each {@linkplain TaskOptions#key key}. While the rate
         * of a key is used up, its tasks wait for their key, in their order; tasks of other keys go on. The pool
         * remembers a key until its last beginning has left the time of the rate. Default: {@code null}.
         *
         * @param newValue the rate; null means none
         * @return this
         */
        public Builder<W> keyRate(@Nullable Rate newValue) {
            rates = rates.withKeyRate(newValue);
            return this;
        }

        /**
         * Sets the time after which a borrower or an attempt of a task is told as an overrun: to the log and to {@link
         * PoolListener#overrun}, with the stack of its thread. It is told again after twice this time, four times, and
         * so on. The use is not ended; {@link #taskTimeout} does that. Each checkout then takes the pool's lock.
         * Default: {@code null}.
         *
         * @param newValue the time; null means never
         * @return this
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder<W> overrunAfter(@Nullable Duration newValue) {
            rates = rates.withOverrunAfter(newValue);
            return this;
        }

        // ---- gate and listener

        /**
         * Sets the gate that the pool asks before each worker is made; {@link WorkerGate} explains the calls. Default:
         * {@code null}.
         *
         * @param newValue the gate; null means none
         * @return this
         */
        public Builder<W> gate(@Nullable WorkerGate newValue) {
            gate = newValue;
            return this;
        }

        /**
         * Sets the listener of the pool; {@link PoolListener} explains on which threads it is called. Default: {@code
         * new PoolListener() {}}.
         *
         * @param newValue the listener
         * @return this
         */
        public Builder<W> listener(PoolListener newValue) {
            listener = Objects.requireNonNull(newValue, "listener must not be null");
            return this;
        }

        /**
         * Checks the settings that depend on each other, and makes the specification. The builder can be used further.
         *
         * @return a new specification
         * @throws IllegalArgumentException if the sum of size and max-overflow is more than {@link
         *     PoolSpec#MOST_WORKERS} or less than min-idle; if the queue has no room and the rule sheds a waiter; or if
         *     the pool must fail fast and does not wait for the time of its warm-up
         */
        public PoolSpec<W> build() {
            SizeSettings.requireWorkers(sizes.size(), sizes.maxOverflow());
            queues.requireCapacity(checkouts.queueCapacity());
            growth.requireRoom(sizes, creations);
            return new PoolSpec<>(this);
        }
    }
}
