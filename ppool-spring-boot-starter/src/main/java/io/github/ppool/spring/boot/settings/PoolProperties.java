package io.github.ppool.spring.boot.settings;

import io.github.ppool.pool.PoolStrategy;
import io.github.ppool.restart.RestartType;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a pool, or of {@code ppool.defaults}. A setting that is null is not set: the pool then has the one of
 * {@code ppool.defaults}, or else the default of {@link io.github.ppool.pool.PoolSpec}.
 */
public final class PoolProperties extends SettingsGroup {

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

    @Override
    List<@Nullable Object> values() {
        return Arrays.asList(
                worker, dependsOn, size, maxOverflow, strategy, queueCapacity, checkoutTimeout, overflowTtl,
                maxLifetime, lifetimeJitter, maxUses, maxIdle, validateOnCheckout, validateAfterIdle, keepAlive,
                creationTimeout, validationTimeout, awaitReady, failFast, taskTimeout, shutdown,
                platformThreads, leakDetection, leakDetectionThreshold, refuseWhileSuspended, restart, creation,
                taskRestart);
    }

    /**
     * What stands in YAML when a pool is named and nothing is said about it: {@code smtp:} with nothing behind it
     * is an empty text. Found by name when a text is converted.
     *
     * @param text blank
     * @return a pool that says nothing
     * @throws IllegalArgumentException if there is a text
     */
    public static PoolProperties valueOf(String text) {
        if (!text.isBlank()) {
            throw new IllegalArgumentException("a pool must have settings below its name, got: " + text);
        }
        return new PoolProperties();
    }

    /** Restarts of crashed workers: by a plan, or by a type and an intensity. */
    public static final class Restart extends SettingsGroup {

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

        @Override
        List<@Nullable Object> values() {
            return Arrays.asList(
                    plan, on, count, resetAfter, type, intensity, period, surviveOn, crashOn);
        }

        /** The group without a setting, for a blank text in YAML; see {@link EmptyGroup}. */
        public static Restart valueOf(String text) {
            EmptyGroup.check(text);
            return new Restart();
        }
    }

    /** Making workers. */
    public static final class Creation extends SettingsGroup {

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

        @Override
        List<@Nullable Object> values() {
            return Arrays.asList(
                    parallelism, failureLimit, plan, count, resetAfter);
        }

        /** The group without a setting, for a blank text in YAML; see {@link EmptyGroup}. */
        public static Creation valueOf(String text) {
            EmptyGroup.check(text);
            return new Creation();
        }
    }

    /** Trying failed tasks again. */
    public static final class TaskRestart extends SettingsGroup {

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

        @Override
        List<@Nullable Object> values() {
            return Arrays.asList(
                    plan, count);
        }

        /** The group without a setting, for a blank text in YAML; see {@link EmptyGroup}. */
        public static TaskRestart valueOf(String text) {
            EmptyGroup.check(text);
            return new TaskRestart();
        }
    }
}
