package io.github.ppool.spring.boot.settings;

import io.github.ppool.pool.PoolStrategy;
import io.github.ppool.pool.Pools;
import io.github.ppool.restart.RestartIntensity;
import io.github.ppool.restart.RestartType;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * All that can be said under {@code ppool}. What is null was not said: a pool then has what {@code ppool.defaults}
 * says, or else what {@link io.github.ppool.pool.PoolSpec} says.
 */
@ConfigurationProperties("ppool")
public final class PpoolProperties {

    /** Whether pools are registered as beans and started with the application. */
    private Boolean enabled = true;
    /**
     * How many restarts of pools and trees that gave up the supervisor ppool bears within the period, all together,
     * before it gives up itself and takes all of them down. If neither this nor the period is set, each pool and
     * each tree has 5 restarts in 1m of its own, and one that uses them up stays down alone. 5 if only the period
     * is set.
     */
    private @Nullable Integer intensity;
    /** Length of the period that the intensity counts in. 1m if only the intensity is set. */
    private @Nullable Duration period;
    /**
     * Whether handed-over tasks run with the context of their callers: the MDC, and the thread-locals that
     * Micrometer's context propagation knows.
     */
    private Boolean propagateContext = true;
    /** Whether each attempt of a handed-over task is an observation, and a span where there is tracing. */
    private Boolean observeTasks = false;
    /** Whether the meters tell how long borrowers keep workers: the number of leases and the sum of their times. */
    private Boolean measureUsage = false;
    /**
     * Whether each lease, and each wait and each attempt of a task, is timed by itself, so that these meters have the
     * longest time and histograms. Costs each checkout, check-in and task a reading of the clock, and pools with the
     * strategy affine or lifo their way without a lock.
     */
    private Boolean exactTimes = false;
    /**
     * How long the thread of a killed process may go on with a worker before that worker is taken away from it: one
     * that it had borrowed is crashed, its own is closed by another thread.
     */
    private Duration orphanGrace = Duration.ofSeconds(5);
    /**
     * Whether the virtual machine is kept alive while supervision trees of the application run, or pools have
     * accepted tasks to finish.
     */
    private Boolean keepAlive = true;
    /** What clients of a web application are told. */
    private Web web = new Web();
    /** What pools have that do not say it themselves. */
    private Pool defaults = new Pool();
    /** The pools, by name. Each is a bean of that name. */
    private Map<String, Pool> pools = new LinkedHashMap<>();
    /** Beans that are annotated with @Supervised, by name: what is set here takes the place of what stands there. */
    private Map<String, Supervised> supervised = new LinkedHashMap<>();

    public Boolean getEnabled() {
        return enabled;
    }

    public void setEnabled(Boolean enabled) {
        this.enabled = enabled;
    }

    public @Nullable Integer getIntensity() {
        return intensity;
    }

    public void setIntensity(@Nullable Integer intensity) {
        this.intensity = intensity;
    }

    public @Nullable Duration getPeriod() {
        return period;
    }

    public void setPeriod(@Nullable Duration period) {
        this.period = period;
    }

    public Boolean getPropagateContext() {
        return propagateContext;
    }

    public void setPropagateContext(Boolean propagateContext) {
        this.propagateContext = propagateContext;
    }

    public Boolean getObserveTasks() {
        return observeTasks;
    }

    public void setObserveTasks(Boolean observeTasks) {
        this.observeTasks = observeTasks;
    }

    public Boolean getMeasureUsage() {
        return measureUsage;
    }

    public void setMeasureUsage(Boolean measureUsage) {
        this.measureUsage = measureUsage;
    }

    public Boolean getExactTimes() {
        return exactTimes;
    }

    public void setExactTimes(Boolean exactTimes) {
        this.exactTimes = exactTimes;
    }

    public Duration getOrphanGrace() {
        return orphanGrace;
    }

    public void setOrphanGrace(Duration orphanGrace) {
        this.orphanGrace = orphanGrace;
    }

    public Boolean getKeepAlive() {
        return keepAlive;
    }

    public void setKeepAlive(Boolean keepAlive) {
        this.keepAlive = keepAlive;
    }

    public Web getWeb() {
        return web;
    }

    public void setWeb(Web web) {
        this.web = web;
    }

    public Pool getDefaults() {
        return defaults;
    }

    public void setDefaults(Pool defaults) {
        this.defaults = defaults;
    }

    public Map<String, Pool> getPools() {
        return pools;
    }

    public void setPools(Map<String, Pool> pools) {
        this.pools = pools;
    }

    public Map<String, Supervised> getSupervised() {
        return supervised;
    }

    public void setSupervised(Map<String, Supervised> supervised) {
        this.supervised = supervised;
    }

    public RestartIntensity rootIntensity() {
        return new RestartIntensity(
                intensity == null ? Pools.DEFAULT_INTENSITY.intensity() : intensity,
                period == null ? Pools.DEFAULT_INTENSITY.period() : period);
    }

    /** Whether pools and trees share one intensity, because the application has said one. */
    public boolean sharesIntensity() {
        return intensity != null || period != null;
    }

    /** A web application. */
    public static final class Web {

        /** What clients are told when a pool did not do what the application asked it. */
        private Errors errors = new Errors();

        public Errors getErrors() {
            return errors;
        }

        public void setErrors(Errors errors) {
            this.errors = errors;
        }

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
            return new Web();
        }
    }

    /** Exceptions of pools that controllers let through. */
    public static final class Errors {

        /**
         * Whether exceptions of pools that the application does not handle are answered with status 503, or 429 for
         * a full queue, instead of 500.
         */
        private Boolean enabled = true;
        /**
         * What the header Retry-After of these answers says, in whole seconds. Zero means that there is no such
         * header.
         */
        private Duration retryAfter = Duration.ofSeconds(5);

        public Boolean getEnabled() {
            return enabled;
        }

        public void setEnabled(Boolean enabled) {
            this.enabled = enabled;
        }

        public Duration getRetryAfter() {
            return retryAfter;
        }

        public void setRetryAfter(Duration retryAfter) {
            this.retryAfter = retryAfter;
        }

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
            return new Errors();
        }
    }

    /** A pool. */
    public static final class Pool {

        /**
         * Name of the bean that makes the workers: a WorkerFactory, or a prototype-scoped bean that is the worker.
         * Not needed if a class is annotated with @PoolWorker for this pool.
         */
        private @Nullable String worker;
        /**
         * Names of pools that the workers of this one hand work to or borrow from: they start before it and stop
         * after it. Not for the defaults.
         */
        private @Nullable List<String> dependsOn;
        /**
         * How many workers the pool keeps. 0 means that each worker is made for the work and dismissed after it.
         * Size and max-overflow together may be 100000.
         */
        private @Nullable Integer size;
        /**
         * How many workers there may be beyond the size while they are needed. If both are 0 the pool is always
         * full.
         */
        private @Nullable Integer maxOverflow;
        /** Which idle worker is handed out. */
        private @Nullable PoolStrategy strategy;
        /** How many callers and tasks may wait. 0 means that nobody may. */
        private @Nullable Integer queueCapacity;
        /** How long checkout() waits for a worker. Zero takes only an idle one. */
        private @Nullable Duration checkoutTimeout;
        /** How long an idle worker beyond the size lingers before it is dismissed. */
        private @Nullable Duration overflowTtl;
        /** Age at which a worker is replaced when it is next idle. Unlimited unless set. */
        private @Nullable Duration maxLifetime;
        /** By which part, from 0 to 1, the lifetime of each worker is shortened at most, at random. */
        private @Nullable Double lifetimeJitter;
        /** After how many leases and tasks a worker is replaced. 0 means never. */
        private @Nullable Integer maxUses;
        /** After how much idleness a worker is replaced. Never unless set. */
        private @Nullable Duration maxIdle;
        /** Whether each worker is validated before it is handed out. */
        private @Nullable Boolean validateOnCheckout;
        /** After how much idleness a worker is validated before it is handed out. Never unless set. */
        private @Nullable Duration validateAfterIdle;
        /** After how much idleness, again and again, a worker is kept alive. Never unless set. */
        private @Nullable Duration keepAlive;
        /**
         * How long a worker may take to be made. Then its process is killed, and it counts as one that could not be
         * made. Zero means no limit.
         */
        private @Nullable Duration creationTimeout;
        /**
         * How long a validation, or keeping a worker alive, may take. Then the worker's process is killed. Zero
         * means no limit.
         */
        private @Nullable Duration validationTimeout;
        /**
         * How long the start of the pool, and with it that of the application, waits until as many workers are made
         * as the size says. Zero means that it does not wait.
         */
        private @Nullable Duration awaitReady;
        /**
         * Whether the start of the application fails if the pool can't make its first workers: within await-ready
         * if that is set, else if an attempt fails.
         */
        private @Nullable Boolean failFast;
        /** How long an attempt of a task may run before its worker is killed. Unlimited unless set. */
        private @Nullable Duration taskTimeout;
        /** How long a worker may take to be closed before it is killed. */
        private @Nullable Duration shutdown;
        /**
         * Whether workers run on platform threads instead of virtual ones: for those that compute, or block in
         * native code.
         */
        private @Nullable Boolean platformThreads;
        /** Whether to remember where each lease is taken, to tell when one is dropped. Costs a stack walk each. */
        private @Nullable Boolean leakDetection;
        /**
         * How long a lease may go on before that is told, with the stack trace of where it was taken. Costs as much
         * as leak-detection. Never unless set.
         */
        private @Nullable Duration leakDetectionThreshold;
        /** Whether callers are refused while the pool is suspended, instead of waiting. */
        private @Nullable Boolean refuseWhileSuspended;
        /** What happens to a worker that crashed. */
        private Restart restart = new Restart();
        /** How workers are made, and what happens when one can't be made. */
        private Creation creation = new Creation();
        /** What happens to a task that failed. It has failed for good unless a plan is set. */
        private TaskRestart taskRestart = new TaskRestart();

        public @Nullable String getWorker() {
            return worker;
        }

        public void setWorker(@Nullable String worker) {
            this.worker = worker;
        }

        public @Nullable List<String> getDependsOn() {
            return dependsOn;
        }

        public void setDependsOn(@Nullable List<String> dependsOn) {
            this.dependsOn = dependsOn;
        }

        public @Nullable Integer getSize() {
            return size;
        }

        public void setSize(@Nullable Integer size) {
            this.size = size;
        }

        public @Nullable Integer getMaxOverflow() {
            return maxOverflow;
        }

        public void setMaxOverflow(@Nullable Integer maxOverflow) {
            this.maxOverflow = maxOverflow;
        }

        public @Nullable PoolStrategy getStrategy() {
            return strategy;
        }

        public void setStrategy(@Nullable PoolStrategy strategy) {
            this.strategy = strategy;
        }

        public @Nullable Integer getQueueCapacity() {
            return queueCapacity;
        }

        public void setQueueCapacity(@Nullable Integer queueCapacity) {
            this.queueCapacity = queueCapacity;
        }

        public @Nullable Duration getCheckoutTimeout() {
            return checkoutTimeout;
        }

        public void setCheckoutTimeout(@Nullable Duration checkoutTimeout) {
            this.checkoutTimeout = checkoutTimeout;
        }

        public @Nullable Duration getOverflowTtl() {
            return overflowTtl;
        }

        public void setOverflowTtl(@Nullable Duration overflowTtl) {
            this.overflowTtl = overflowTtl;
        }

        public @Nullable Duration getMaxLifetime() {
            return maxLifetime;
        }

        public void setMaxLifetime(@Nullable Duration maxLifetime) {
            this.maxLifetime = maxLifetime;
        }

        public @Nullable Double getLifetimeJitter() {
            return lifetimeJitter;
        }

        public void setLifetimeJitter(@Nullable Double lifetimeJitter) {
            this.lifetimeJitter = lifetimeJitter;
        }

        public @Nullable Integer getMaxUses() {
            return maxUses;
        }

        public void setMaxUses(@Nullable Integer maxUses) {
            this.maxUses = maxUses;
        }

        public @Nullable Duration getMaxIdle() {
            return maxIdle;
        }

        public void setMaxIdle(@Nullable Duration maxIdle) {
            this.maxIdle = maxIdle;
        }

        public @Nullable Boolean getValidateOnCheckout() {
            return validateOnCheckout;
        }

        public void setValidateOnCheckout(@Nullable Boolean validateOnCheckout) {
            this.validateOnCheckout = validateOnCheckout;
        }

        public @Nullable Duration getValidateAfterIdle() {
            return validateAfterIdle;
        }

        public void setValidateAfterIdle(@Nullable Duration validateAfterIdle) {
            this.validateAfterIdle = validateAfterIdle;
        }

        public @Nullable Duration getKeepAlive() {
            return keepAlive;
        }

        public void setKeepAlive(@Nullable Duration keepAlive) {
            this.keepAlive = keepAlive;
        }

        public @Nullable Duration getCreationTimeout() {
            return creationTimeout;
        }

        public void setCreationTimeout(@Nullable Duration creationTimeout) {
            this.creationTimeout = creationTimeout;
        }

        public @Nullable Duration getValidationTimeout() {
            return validationTimeout;
        }

        public void setValidationTimeout(@Nullable Duration validationTimeout) {
            this.validationTimeout = validationTimeout;
        }

        public @Nullable Duration getAwaitReady() {
            return awaitReady;
        }

        public void setAwaitReady(@Nullable Duration awaitReady) {
            this.awaitReady = awaitReady;
        }

        public @Nullable Boolean getFailFast() {
            return failFast;
        }

        public void setFailFast(@Nullable Boolean failFast) {
            this.failFast = failFast;
        }

        public @Nullable Duration getTaskTimeout() {
            return taskTimeout;
        }

        public void setTaskTimeout(@Nullable Duration taskTimeout) {
            this.taskTimeout = taskTimeout;
        }

        public @Nullable Duration getShutdown() {
            return shutdown;
        }

        public void setShutdown(@Nullable Duration shutdown) {
            this.shutdown = shutdown;
        }

        public @Nullable Boolean getPlatformThreads() {
            return platformThreads;
        }

        public void setPlatformThreads(@Nullable Boolean platformThreads) {
            this.platformThreads = platformThreads;
        }

        public @Nullable Boolean getLeakDetection() {
            return leakDetection;
        }

        public void setLeakDetection(@Nullable Boolean leakDetection) {
            this.leakDetection = leakDetection;
        }

        public @Nullable Duration getLeakDetectionThreshold() {
            return leakDetectionThreshold;
        }

        public void setLeakDetectionThreshold(@Nullable Duration leakDetectionThreshold) {
            this.leakDetectionThreshold = leakDetectionThreshold;
        }

        public @Nullable Boolean getRefuseWhileSuspended() {
            return refuseWhileSuspended;
        }

        public void setRefuseWhileSuspended(@Nullable Boolean refuseWhileSuspended) {
            this.refuseWhileSuspended = refuseWhileSuspended;
        }

        public Restart getRestart() {
            return restart;
        }

        public void setRestart(Restart restart) {
            this.restart = restart;
        }

        public Creation getCreation() {
            return creation;
        }

        public void setCreation(Creation creation) {
            this.creation = creation;
        }

        public TaskRestart getTaskRestart() {
            return taskRestart;
        }

        public void setTaskRestart(TaskRestart taskRestart) {
            this.taskRestart = taskRestart;
        }

        private List<@Nullable Object> values() {
            return Arrays.asList(
                    worker, dependsOn, size, maxOverflow, strategy, queueCapacity, checkoutTimeout, overflowTtl,
                    maxLifetime, lifetimeJitter, maxUses, maxIdle, validateOnCheckout, validateAfterIdle, keepAlive,
                    creationTimeout, validationTimeout, awaitReady, failFast, taskTimeout, shutdown,
                    platformThreads, leakDetection, leakDetectionThreshold, refuseWhileSuspended, restart, creation,
                    taskRestart);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Pool that && values().equals(that.values());
        }

        @Override
        public int hashCode() {
            return values().hashCode();
        }

        /**
         * What stands in YAML when a pool is named and nothing is said about it: {@code smtp:} with nothing behind it
         * is an empty text. Found by name when a text is converted.
         *
         * @param text blank
         * @return a pool that says nothing
         * @throws IllegalArgumentException if there is a text
         */
        public static Pool valueOf(String text) {
            if (!text.isBlank()) {
                throw new IllegalArgumentException("a pool must have settings below its name, got: " + text);
            }
            return new Pool();
        }
    }

    /** Restarts of crashed workers: by a plan, or by a type and an intensity. */
    public static final class Restart {

        /**
         * The plan: a list of elements such as restart, 5s, backoff 1s..1m x2 jitter 20%, wait, delete, stop; or
         * one text.
         */
        private @Nullable List<PlanItem> plan;
        /**
         * Plans for some reasons, by the simple or full name of an exception or by the word of a reason; plan is
         * for all others.
         */
        private @Nullable Map<String, List<PlanItem>> on;
        /** How many times the plan is run before the pool gives up: a number or infinity. */
        private @Nullable String count;
        /** After how long without a crash the plan begins anew. Zero means never. */
        private @Nullable Duration resetAfter;
        /** Restart type, instead of a plan. */
        private @Nullable RestartType type;
        /** How many restarts by type the pool bears within the period before it gives up. */
        private @Nullable Integer intensity;
        /** Length of the period that the intensity counts in. */
        private @Nullable Duration period;
        /** Classes of exceptions of handed-over tasks that a worker survives. */
        private @Nullable List<String> surviveOn;
        /**
         * Classes of exceptions of borrowers in a transaction, or of their causes, that crash the worker. They take
         * the place of those that speak of a broken resource. An empty list lets none crash it.
         */
        private @Nullable List<String> crashOn;

        public @Nullable List<PlanItem> getPlan() {
            return plan;
        }

        public void setPlan(@Nullable List<PlanItem> plan) {
            this.plan = plan;
        }

        public @Nullable Map<String, List<PlanItem>> getOn() {
            return on;
        }

        public void setOn(@Nullable Map<String, List<PlanItem>> on) {
            this.on = on;
        }

        public @Nullable String getCount() {
            return count;
        }

        public void setCount(@Nullable String count) {
            this.count = count;
        }

        public @Nullable Duration getResetAfter() {
            return resetAfter;
        }

        public void setResetAfter(@Nullable Duration resetAfter) {
            this.resetAfter = resetAfter;
        }

        public @Nullable RestartType getType() {
            return type;
        }

        public void setType(@Nullable RestartType type) {
            this.type = type;
        }

        public @Nullable Integer getIntensity() {
            return intensity;
        }

        public void setIntensity(@Nullable Integer intensity) {
            this.intensity = intensity;
        }

        public @Nullable Duration getPeriod() {
            return period;
        }

        public void setPeriod(@Nullable Duration period) {
            this.period = period;
        }

        public @Nullable List<String> getSurviveOn() {
            return surviveOn;
        }

        public void setSurviveOn(@Nullable List<String> surviveOn) {
            this.surviveOn = surviveOn;
        }

        public @Nullable List<String> getCrashOn() {
            return crashOn;
        }

        public void setCrashOn(@Nullable List<String> crashOn) {
            this.crashOn = crashOn;
        }

        private List<@Nullable Object> values() {
            return Arrays.asList(
                    plan, on, count, resetAfter, type, intensity, period, surviveOn, crashOn);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Restart that && values().equals(that.values());
        }

        @Override
        public int hashCode() {
            return values().hashCode();
        }

        /**
         * What stands in YAML when this group is named and nothing is said below it. Found by name when a text is
         * converted.
         *
         * @param text blank
         * @return a group that says nothing
         * @throws IllegalArgumentException if there is a text
         */
        public static Restart valueOf(String text) {
            EmptyGroup.check(text);
            return new Restart();
        }
    }

    /** Making workers. */
    public static final class Creation {

        /** How many workers may be in the making at the same time. Unlimited unless set. */
        private @Nullable Integer parallelism;
        /** After how many failures in a row callers are refused at once instead of waiting. 0 means never. */
        private @Nullable Integer failureLimit;
        /** What happens after a worker could not be made: a plan as under restart.plan. */
        private @Nullable List<PlanItem> plan;
        /** How many times the plan is run before the worker's process crashes: a number or infinity. */
        private @Nullable String count;
        /** After how long the plan begins anew. Zero means never. */
        private @Nullable Duration resetAfter;

        public @Nullable Integer getParallelism() {
            return parallelism;
        }

        public void setParallelism(@Nullable Integer parallelism) {
            this.parallelism = parallelism;
        }

        public @Nullable Integer getFailureLimit() {
            return failureLimit;
        }

        public void setFailureLimit(@Nullable Integer failureLimit) {
            this.failureLimit = failureLimit;
        }

        public @Nullable List<PlanItem> getPlan() {
            return plan;
        }

        public void setPlan(@Nullable List<PlanItem> plan) {
            this.plan = plan;
        }

        public @Nullable String getCount() {
            return count;
        }

        public void setCount(@Nullable String count) {
            this.count = count;
        }

        public @Nullable Duration getResetAfter() {
            return resetAfter;
        }

        public void setResetAfter(@Nullable Duration resetAfter) {
            this.resetAfter = resetAfter;
        }

        private List<@Nullable Object> values() {
            return Arrays.asList(
                    parallelism, failureLimit, plan, count, resetAfter);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Creation that && values().equals(that.values());
        }

        @Override
        public int hashCode() {
            return values().hashCode();
        }

        /**
         * What stands in YAML when this group is named and nothing is said below it. Found by name when a text is
         * converted.
         *
         * @param text blank
         * @return a group that says nothing
         * @throws IllegalArgumentException if there is a text
         */
        public static Creation valueOf(String text) {
            EmptyGroup.check(text);
            return new Creation();
        }
    }

    /** Trying failed tasks again. */
    public static final class TaskRestart {

        /** What happens after an attempt failed: a plan as under restart.plan, without wait. */
        private @Nullable List<PlanItem> plan;
        /** How many times the plan is run before the task has failed: a number or infinity. */
        private @Nullable String count;

        public @Nullable List<PlanItem> getPlan() {
            return plan;
        }

        public void setPlan(@Nullable List<PlanItem> plan) {
            this.plan = plan;
        }

        public @Nullable String getCount() {
            return count;
        }

        public void setCount(@Nullable String count) {
            this.count = count;
        }

        private List<@Nullable Object> values() {
            return Arrays.asList(
                    plan, count);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof TaskRestart that && values().equals(that.values());
        }

        @Override
        public int hashCode() {
            return values().hashCode();
        }

        /**
         * What stands in YAML when this group is named and nothing is said below it. Found by name when a text is
         * converted.
         *
         * @param text blank
         * @return a group that says nothing
         * @throws IllegalArgumentException if there is a text
         */
        public static TaskRestart valueOf(String text) {
            EmptyGroup.check(text);
            return new TaskRestart();
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
