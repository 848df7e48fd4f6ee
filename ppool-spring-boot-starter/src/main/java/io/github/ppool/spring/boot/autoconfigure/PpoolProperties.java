package io.github.ppool.spring.boot.autoconfigure;

import io.github.ppool.pool.PoolStrategy;
import io.github.ppool.pool.Pools;
import io.github.ppool.restart.RestartIntensity;
import io.github.ppool.restart.RestartType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * All that can be said under {@code ppool}. What is null was not said: a pool then has what {@code ppool.defaults} says, or
 * else what {@link io.github.ppool.pool.PoolSpec} says.
 *
 * @param enabled Whether pools are registered as beans and started with the application.
 * @param intensity How many restarts of pools and trees that gave up the supervisor ppool bears within the period, all together, before it gives up
 *     itself and takes all of them down. If neither this nor the period is set, each pool and each tree has 5 restarts in 1m of its own, and one that
 *     uses them up stays down alone. 5 if only the period is set.
 * @param period Length of the period that the intensity counts in. 1m if only the intensity is set.
 * @param propagateContext Whether handed-over tasks run with the context of their callers: the MDC, and the thread-locals that
 *     Micrometer's context propagation knows.
 * @param observeTasks Whether each attempt of a handed-over task is an observation, and a span where there is tracing.
 * @param measureUsage Whether the meters tell how long borrowers keep workers: the number of leases and the sum of
 *     their times.
 * @param exactTimes Whether each lease, and each wait and each attempt of a task, is timed by itself, so that these
 *     meters have the longest time and histograms. Costs each checkout, check-in and task a reading of the clock, and
 *     pools with the strategy affine or lifo their way without a lock.
 * @param orphanGrace How long the thread of a killed process may go on with a worker before that worker is taken away from it: one that it had borrowed is
 *     crashed, its own is closed by another thread.
 * @param keepAlive Whether the virtual machine is kept alive while supervision trees of the application run, or pools have accepted
 *     tasks to finish.
 * @param web What clients of a web application are told.
 * @param defaults What pools have that do not say it themselves.
 * @param pools The pools, by name. Each is a bean of that name.
 * @param supervised Beans that are annotated with @Supervised, by name: what is set here takes the place of what stands there.
 */
@ConfigurationProperties("ppool")
public record PpoolProperties(
        @DefaultValue("true") Boolean enabled,
        @Nullable Integer intensity,
        @Nullable Duration period,
        @DefaultValue("true") Boolean propagateContext,
        @DefaultValue("false") Boolean observeTasks,
        @DefaultValue("false") Boolean measureUsage,
        @DefaultValue("false") Boolean exactTimes,
        @DefaultValue("5s") Duration orphanGrace,
        @DefaultValue("true") Boolean keepAlive,
        @DefaultValue Web web,
        @DefaultValue Pool defaults,
        @DefaultValue Map<String, Pool> pools,
        @DefaultValue Map<String, Supervised> supervised) {

    RestartIntensity rootIntensity() {
        return new RestartIntensity(
                intensity == null ? Pools.DEFAULT_INTENSITY.intensity() : intensity,
                period == null ? Pools.DEFAULT_INTENSITY.period() : period);
    }

    /** Whether pools and trees share one intensity, because the application has said one. */
    boolean sharesIntensity() {
        return intensity != null || period != null;
    }

    PpoolProperties withPools(Map<String, Pool> others) {
        return new PpoolProperties(enabled, intensity, period, propagateContext, observeTasks, measureUsage, exactTimes,
                orphanGrace,
                keepAlive, web, defaults, others, supervised);
    }

    /**
     * A web application.
     *
     * @param errors What clients are told when a pool did not do what the application asked it.
     */
    public record Web(@DefaultValue Errors errors) {

        /**
         * What stands in YAML when this group is named and nothing is said below it. Found by name when a text is
         * converted.
         *
         * @param text blank
         * @return a group that says nothing
         * @throws IllegalArgumentException if there is a text
         */
        public static Web valueOf(String text) {
            EmptyGroup.check(text);
            return new Web(Errors.valueOf(""));
        }
    }

    /**
     * Exceptions of pools that controllers let through.
     *
     * @param enabled Whether exceptions of pools that the application does not handle are answered with status 503, or 429 for a
     *     full queue, instead of 500.
     * @param retryAfter What the header Retry-After of these answers says, in whole seconds. Zero means that there is no such header.
     */
    public record Errors(@DefaultValue("true") Boolean enabled, @DefaultValue("5s") Duration retryAfter) {

        /**
         * What stands in YAML when this group is named and nothing is said below it. Found by name when a text is
         * converted.
         *
         * @param text blank
         * @return a group that says nothing
         * @throws IllegalArgumentException if there is a text
         */
        public static Errors valueOf(String text) {
            EmptyGroup.check(text);
            return new Errors(true, Duration.ofSeconds(5));
        }
    }

    /**
     * A pool.
     *
     * @param worker Name of the bean that makes the workers: a WorkerFactory, or a prototype-scoped bean that is the worker. Not
     *     needed if a class is annotated with @PoolWorker for this pool.
     * @param dependsOn Names of pools that the workers of this one hand work to or borrow from: they start before it and stop after
     *     it. Not for the defaults.
     * @param size How many workers the pool keeps. 0 means that each worker is made for the work and dismissed after it. Size and
     *     max-overflow together may be 100000.
     * @param maxOverflow How many workers there may be beyond the size while they are needed. If both are 0 the pool is always full.
     * @param strategy Which idle worker is handed out.
     * @param queueCapacity How many callers and tasks may wait. 0 means that nobody may.
     * @param checkoutTimeout How long checkout() waits for a worker. Zero takes only an idle one.
     * @param overflowTtl How long an idle worker beyond the size lingers before it is dismissed.
     * @param maxLifetime Age at which a worker is replaced when it is next idle. Unlimited unless set.
     * @param lifetimeJitter By which part, from 0 to 1, the lifetime of each worker is shortened at most, at random.
     * @param maxUses After how many leases and tasks a worker is replaced. 0 means never.
     * @param maxIdle After how much idleness a worker is replaced. Never unless set.
     * @param validateOnCheckout Whether each worker is validated before it is handed out.
     * @param validateAfterIdle After how much idleness a worker is validated before it is handed out. Never unless set.
     * @param keepAlive After how much idleness, again and again, a worker is kept alive. Never unless set.
     * @param creationTimeout How long a worker may take to be made. Then its process is killed, and it counts as one that could not be made. Zero means
     *     no limit.
     * @param validationTimeout How long a validation, or keeping a worker alive, may take. Then the worker's process is killed. Zero means no limit.
     * @param awaitReady How long the start of the pool, and with it that of the application, waits until as many
     *     workers are made as the size says. Zero means that it does not wait.
     * @param failFast Whether the start of the application fails if the pool can't make its first workers: within
     *     await-ready if that is set, else if an attempt fails.
     * @param taskTimeout How long an attempt of a task may run before its worker is killed. Unlimited unless set.
     * @param shutdown How long a worker may take to be closed before it is killed.
     * @param platformThreads Whether workers run on platform threads instead of virtual ones: for those that compute, or block in native code.
     * @param leakDetection Whether to remember where each lease is taken, to tell when one is dropped. Costs a stack walk each.
     * @param leakDetectionThreshold How long a lease may go on before that is told, with the stack trace of where it was taken. Costs as much as
     *     leak-detection. Never unless set.
     * @param refuseWhileSuspended Whether callers are refused while the pool is suspended, instead of waiting.
     * @param restart What happens to a worker that crashed.
     * @param creation How workers are made, and what happens when one can't be made.
     * @param taskRestart What happens to a task that failed. It has failed for good unless a plan is set.
     */
    public record Pool(
            @Nullable String worker,
            @Nullable List<String> dependsOn,
            @Nullable Integer size,
            @Nullable Integer maxOverflow,
            @Nullable PoolStrategy strategy,
            @Nullable Integer queueCapacity,
            @Nullable Duration checkoutTimeout,
            @Nullable Duration overflowTtl,
            @Nullable Duration maxLifetime,
            @Nullable Double lifetimeJitter,
            @Nullable Integer maxUses,
            @Nullable Duration maxIdle,
            @Nullable Boolean validateOnCheckout,
            @Nullable Duration validateAfterIdle,
            @Nullable Duration keepAlive,
            @Nullable Duration creationTimeout,
            @Nullable Duration validationTimeout,
            @Nullable Duration awaitReady,
            @Nullable Boolean failFast,
            @Nullable Duration taskTimeout,
            @Nullable Duration shutdown,
            @Nullable Boolean platformThreads,
            @Nullable Boolean leakDetection,
            @Nullable Duration leakDetectionThreshold,
            @Nullable Boolean refuseWhileSuspended,
            @DefaultValue Restart restart,
            @DefaultValue Creation creation,
            @DefaultValue TaskRestart taskRestart) {

        /**
         * What stands in YAML when a pool is named and nothing is said about it: {@code smtp:} with nothing behind it is an empty
         * text. Found by name when a text is converted.
         *
         * @param text blank
         * @return a pool that says nothing
         * @throws IllegalArgumentException if there is a text
         */
        public static Pool valueOf(String text) {
            if (!text.isBlank()) {
                throw new IllegalArgumentException("a pool must have settings below its name, got: " + text);
            }
            return new Pool(
                    null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
                    null, null, null, null, null, null, null, null, null,
                    new Restart(null, null, null, null, null, null, null, null, null),
                    new Creation(null, null, null, null, null),
                    new TaskRestart(null, null));
        }
    }

    /**
     * Restarts of crashed workers: by a plan, or by a type and an intensity.
     *
     * @param plan The plan: a list of elements such as restart, 5s, backoff 1s..1m x2 jitter 20%, wait, delete, stop; or one text.
     * @param on Plans for some reasons, by the simple or full name of an exception or by the word of a reason; plan is for all others.
     * @param count How many times the plan is run before the pool gives up: a number or infinity.
     * @param resetAfter After how long without a crash the plan begins anew. Zero means never.
     * @param type Restart type, instead of a plan.
     * @param intensity How many restarts by type the pool bears within the period before it gives up.
     * @param period Length of the period that the intensity counts in.
     * @param surviveOn Classes of exceptions of handed-over tasks that a worker survives.
     * @param crashOn Classes of exceptions of borrowers in a transaction, or of their causes, that crash the worker.
     *     They take the place of those that speak of a broken resource. An empty list lets none crash it.
     */
    public record Restart(
            @Nullable List<PlanItem> plan,
            @Nullable Map<String, List<PlanItem>> on,
            @Nullable String count,
            @Nullable Duration resetAfter,
            @Nullable RestartType type,
            @Nullable Integer intensity,
            @Nullable Duration period,
            @Nullable List<String> surviveOn,
            @Nullable List<String> crashOn) {

        /**
         * What stands in YAML when this group is named and nothing is said below it. Found by name when a text is
         * converted.
         *
         * @param text blank
         * @return a group that says nothing
         * @throws IllegalArgumentException if there is a text
         */
        public static Restart valueOf(String text) {
            return EmptyGroup.of(Restart.class, text);
        }
    }

    /**
     * Making workers.
     *
     * @param parallelism How many workers may be in the making at the same time. Unlimited unless set.
     * @param failureLimit After how many failures in a row callers are refused at once instead of waiting. 0 means never.
     * @param plan What happens after a worker could not be made: a plan as under restart.plan.
     * @param count How many times the plan is run before the worker's process crashes: a number or infinity.
     * @param resetAfter After how long the plan begins anew. Zero means never.
     */
    public record Creation(
            @Nullable Integer parallelism,
            @Nullable Integer failureLimit,
            @Nullable List<PlanItem> plan,
            @Nullable String count,
            @Nullable Duration resetAfter) {

        /**
         * What stands in YAML when this group is named and nothing is said below it. Found by name when a text is
         * converted.
         *
         * @param text blank
         * @return a group that says nothing
         * @throws IllegalArgumentException if there is a text
         */
        public static Creation valueOf(String text) {
            return EmptyGroup.of(Creation.class, text);
        }
    }

    /**
     * Trying failed tasks again.
     *
     * @param plan What happens after an attempt failed: a plan as under restart.plan, without wait.
     * @param count How many times the plan is run before the task has failed: a number or infinity.
     */
    public record TaskRestart(@Nullable List<PlanItem> plan, @Nullable String count) {

        /**
         * What stands in YAML when this group is named and nothing is said below it. Found by name when a text is
         * converted.
         *
         * @param text blank
         * @return a group that says nothing
         * @throws IllegalArgumentException if there is a text
         */
        public static TaskRestart valueOf(String text) {
            return EmptyGroup.of(TaskRestart.class, text);
        }
    }

    /**
     * A supervised bean.
     *
     * @param plan What happens after each end: a plan as under restart.plan.
     * @param count How many times the plan is run: a number or infinity.
     * @param resetAfter After how long without an end the plan begins anew. Zero means never.
     * @param shutdown How long the bean's thread may take to end once it was interrupted.
     */
    public record Supervised(
            @Nullable List<PlanItem> plan,
            @Nullable String count,
            @Nullable Duration resetAfter,
            @Nullable Duration shutdown) {

        /**
         * What stands in YAML when this group is named and nothing is said below it. Found by name when a text is
         * converted.
         *
         * @param text blank
         * @return a group that says nothing
         * @throws IllegalArgumentException if there is a text
         */
        public static Supervised valueOf(String text) {
            return EmptyGroup.of(Supervised.class, text);
        }
    }
}
