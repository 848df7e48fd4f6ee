package io.github.ppool.spring.boot.settings;

import io.github.ppool.pool.PoolStrategy;
import io.github.ppool.restart.RestartType;
import io.github.ppool.spring.boot.DurableSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a pool, or of {@code ppool.defaults}. A setting that is null is not set: the pool then has the one of
 * {@code ppool.defaults}, or else the default of {@link io.github.ppool.pool.PoolSpec}.
 */
@SuppressWarnings("doclint:missing") // the comment of a property is that of its field
public final class PoolProperties extends PortProperties {

    /**
     * Name of the bean that makes the workers: a WorkerFactory, or a prototype-scoped bean that is the worker. Not
     * needed if a class is annotated with @PoolWorker for this pool, or if command or executor is set.
     */
    private @Nullable String worker;
    /**
     * Names of pools that the workers of this pool hand work to or borrow from. They start before this pool and stop
     * after it. Not for the defaults.
     */
    private @Nullable List<String> dependsOn;
    /**
     * Number of workers that the pool keeps. 0 means that each worker is made for its work and dismissed afterwards.
     * Size and max-overflow together may be 100000.
     */
    private @Nullable Integer size;
    /**
     * Maximum number of workers beyond the size. They exist while they are needed. If both are 0, the pool is always
     * full.
     */
    private @Nullable Integer maxOverflow;
    /** Strategy that selects the idle worker to hand out. */
    private @Nullable PoolStrategy strategy;
    /**
     * Maximum number of workers of this pool over all nodes of a cluster, idle and borrowed ones included. Needs the
     * module ppool-cluster. Unlimited unless set.
     */
    private @Nullable Integer clusterLimit;
    /** Maximum number of callers and tasks that wait. 0 means that none may wait. */
    private @Nullable Integer queueCapacity;
    /** Time that checkout() waits for a worker. Zero takes only an idle one. */
    private @Nullable Duration checkoutTimeout;
    /** Time after which an idle worker beyond the size is dismissed. */
    private @Nullable Duration overflowTtl;
    /** Age at which a worker is replaced when it is next idle. Unlimited unless set. */
    private @Nullable Duration maxLifetime;
    /** Largest part, from 0 to 1, by which the lifetime of each worker is shortened at random. */
    private @Nullable Double lifetimeJitter;
    /** Number of leases and tasks after which a worker is replaced. 0 means never. */
    private @Nullable Integer maxUses;
    /** Idle time after which a worker is replaced. Never unless set. */
    private @Nullable Duration maxIdle;
    /** Whether each worker is validated before it is handed out. */
    private @Nullable Boolean validateOnCheckout;
    /** Idle time after which a worker is validated before it is handed out. Never unless set. */
    private @Nullable Duration validateAfterIdle;
    /** Idle time after which a worker is kept alive, again and again. Never unless set. */
    private @Nullable Duration keepAlive;
    /**
     * Time that the creation of a worker may take. Then its process is killed, and the creation has failed. Zero means
     * no limit.
     */
    private @Nullable Duration creationTimeout;
    /**
     * Time that a validation, or keeping a worker alive, may take. Then the worker's process is killed. Zero means no
     * limit.
     */
    private @Nullable Duration validationTimeout;
    /**
     * Time that the start of the pool, and of the application, waits until the workers of the size are made. Zero means
     * that it does not wait.
     */
    private @Nullable Duration awaitReady;
    /**
     * Whether the start of the application fails if the pool can't make its first workers: within await-ready if that
     * is set, else if an attempt fails.
     */
    private @Nullable Boolean failFast;
    /** Time that an attempt of a task may run before its worker is killed. Unlimited unless set. */
    private @Nullable Duration taskTimeout;
    /**
     * Whether the tasks of a key wait while one of them has failed and waits for its next attempt. If not, they go on.
     */
    private @Nullable Boolean keyBlocks;
    /** Whether a task with a key prefers the worker that served the key last, while that worker is idle. */
    private @Nullable Boolean sticky;
    /**
     * Number of checkouts and attempts of tasks that begin within a time, such as 100/1m. Others wait in the queue.
     * Unlimited unless set.
     */
    private @Nullable String rate;
    /** Number of those that begin at once, if that is less than the rate says. The others begin at even distances. */
    private @Nullable Integer burst;
    /**
     * Number of attempts of tasks of each key that begin within a time, such as 5/1s. Others wait for their key.
     * Unlimited unless set.
     */
    private @Nullable String keyRate;
    /** Number of those of a key that begin at once, if that is less than the key-rate says. */
    private @Nullable Integer keyBurst;
    /**
     * Time after which a borrower or an attempt of a task is told as an overrun, with the stack of its thread; then
     * after twice that time, four times, and so on. Never unless set.
     */
    private @Nullable Duration overrunAfter;
    /** Time that a worker may take to close before it is killed. */
    private @Nullable Duration shutdown;
    /**
     * Whether workers run on platform threads instead of virtual threads. For workers that compute, or block in native
     * code.
     */
    private @Nullable Boolean platformThreads;
    /**
     * Whether the call site of each checkout is captured, to report a dropped lease. Costs a stack walk for each lease.
     */
    private @Nullable Boolean leakDetection;
    /**
     * Time after which a lease is reported as overdue, with the stack trace of its checkout. Costs as much as
     * leak-detection. Never unless set.
     */
    private @Nullable Duration leakDetectionThreshold;
    /** Whether callers are refused while the pool is suspended, instead of waiting. */
    private @Nullable Boolean refuseWhileSuspended;
    /** Restarts of workers that crashed. */
    private Restart restart = new Restart();
    /** Creation of workers, and attempts after a failed creation. */
    private Creation creation = new Creation();
    /** Attempts after the failure of a task. Without a plan the first failure is final. */
    private TaskRestart taskRestart = new TaskRestart();
    /** Tasks that survive their node. Need the module ppool-durable. */
    private Durable durable = new Durable();

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

    public @Nullable Integer getClusterLimit() {
        return clusterLimit;
    }

    public void setClusterLimit(@Nullable Integer clusterLimit) {
        this.clusterLimit = clusterLimit;
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

    public @Nullable Boolean getKeyBlocks() {
        return keyBlocks;
    }

    public void setKeyBlocks(@Nullable Boolean keyBlocks) {
        this.keyBlocks = keyBlocks;
    }

    public @Nullable Boolean getSticky() {
        return sticky;
    }

    public void setSticky(@Nullable Boolean sticky) {
        this.sticky = sticky;
    }

    public @Nullable String getRate() {
        return rate;
    }

    public void setRate(@Nullable String rate) {
        this.rate = rate;
    }

    public @Nullable Integer getBurst() {
        return burst;
    }

    public void setBurst(@Nullable Integer burst) {
        this.burst = burst;
    }

    public @Nullable String getKeyRate() {
        return keyRate;
    }

    public void setKeyRate(@Nullable String keyRate) {
        this.keyRate = keyRate;
    }

    public @Nullable Integer getKeyBurst() {
        return keyBurst;
    }

    public void setKeyBurst(@Nullable Integer keyBurst) {
        this.keyBurst = keyBurst;
    }

    public @Nullable Duration getOverrunAfter() {
        return overrunAfter;
    }

    public void setOverrunAfter(@Nullable Duration overrunAfter) {
        this.overrunAfter = overrunAfter;
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

    public Durable getDurable() {
        return durable;
    }

    public void setDurable(Durable durable) {
        this.durable = durable;
    }

    /**
     * Whether the settings for durable tasks are the only ones: then a bean may make the pool.
     *
     * @return false also if there are none
     */
    public boolean hasOnlyDurable() {
        PoolProperties other = new PoolProperties();
        other.setDurable(durable);
        return equals(other) && !durable.equals(new Durable());
    }

    @Override
    List<@Nullable Object> values() {
        return Arrays.asList(
                worker, dependsOn, size, maxOverflow, clusterLimit, strategy, queueCapacity, checkoutTimeout,
                overflowTtl,
                maxLifetime, lifetimeJitter, maxUses, maxIdle, validateOnCheckout, validateAfterIdle, keepAlive,
                creationTimeout, validationTimeout, awaitReady, failFast, taskTimeout, keyBlocks, sticky, shutdown,
                platformThreads, leakDetection, leakDetectionThreshold, refuseWhileSuspended, restart, creation,
                taskRestart, durable, getExecutor(),
                getQueue(), getShed(), getMaxWaitTarget(), getMaxWaitInterval(), getMinIdle(), getWarmUp(),
                getCommand(), getProtocol(), getRequestTimeout(), getDirectory(), getEnvironment(), getMaxMessage(),
                getReplaceAfterRequests(), getReplaceAboveMemory(), getExitGrace());
    }

    /**
     * The pool without a setting, for a blank text in YAML such as {@code smtp:} with nothing after it; see
     * {@link EmptyGroup}.
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
         * The plan: a list of elements such as restart, 5s, backoff 1s..1m x2 jitter 20%, wait, delete, stop; or one
         * text.
         */
        private @Nullable List<PlanItem> plan;
        /**
         * Plans for some reasons, by the simple or full name of an exception or by the word of a reason. The setting
         * plan is for all other reasons.
         */
        private @Nullable Map<String, List<PlanItem>> on;
        /** Number of times that the plan is run before the pool gives up: a number or infinity. */
        private @Nullable String count;
        /** Time without a crash after which the plan begins again. Zero means never. */
        private @Nullable Duration resetAfter;
        /** Restart type, instead of a plan. */
        private @Nullable RestartType type;
        /** Number of restarts by type within the period that the pool accepts. At the next one it gives up. */
        private @Nullable Integer intensity;
        /** Length of the period that the intensity counts in. */
        private @Nullable Duration period;
        /** Classes of exceptions of handed-over tasks that a worker survives. */
        private @Nullable List<String> surviveOn;
        /**
         * Classes of exceptions of borrowers in a transaction, or of their causes, that crash the worker. They replace
         * the default, the exceptions of a broken resource. With an empty list no exception crashes it.
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

    /** Creation of workers. */
    public static final class Creation extends SettingsGroup {

        /** Maximum number of workers that are created at the same time. Unlimited unless set. */
        private @Nullable Integer parallelism;
        /** Number of failures in a row after which callers are refused at once instead of waiting. 0 means never. */
        private @Nullable Integer failureLimit;
        /** Plan that decides after a failed creation, as under restart.plan. */
        private @Nullable List<PlanItem> plan;
        /** Number of times that the plan is run before the worker's process crashes: a number or infinity. */
        private @Nullable String count;
        /** Time after which the plan begins again. Zero means never. */
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

    /** Further attempts of failed tasks. */
    public static final class TaskRestart extends SettingsGroup {

        /** Plan that decides after a failed attempt, as under restart.plan, without wait. */
        private @Nullable List<PlanItem> plan;
        /**
         * Plans for some exceptions, by their simple or full name, or by the word of a reason. The setting plan is for
         * all other failures; without it they are final.
         */
        private @Nullable Map<String, List<PlanItem>> on;
        /** Number of times that the plan is run before the task has failed: a number or infinity. */
        private @Nullable String count;

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

        @Override
        List<@Nullable Object> values() {
            return Arrays.asList(
                    plan, on, count);
        }

        /** The group without a setting, for a blank text in YAML; see {@link EmptyGroup}. */
        public static TaskRestart valueOf(String text) {
            EmptyGroup.check(text);
            return new TaskRestart();
        }
    }

    /** Tasks that survive their node. */
    public static final class Durable extends SettingsGroup {

        /**
         * Plan that decides after a failed attempt of a durable task, as under restart.plan. At a wait the task is laid
         * down.
         */
        private @Nullable List<PlanItem> plan;
        /**
         * Plans for some reasons: the simple or full name of an exception, node-lost, unreadable or timeout. The
         * setting plan is for all other reasons. Unless set, a task is laid down when it was lost with four nodes, and
         * at once if its payload is unreadable.
         */
        private @Nullable Map<String, List<PlanItem>> on;
        /** Number of times that the plan is run: a number or infinity. 1 for a plan that is set. */
        private @Nullable String count;
        /** What happens to a durable task at the end of its plan: wait lays it down, delete removes it. */
        private DurableSettings.@Nullable OnEnd onEnd;
        /**
         * Maximum number of durable tasks that a node claims beyond its free workers: auto, or a number. Auto measures
         * the tasks; it is 0 while they are long.
         */
        private @Nullable String prefetch;
        /** Rate of the durable tasks of the pool over all nodes, such as 100/1m. Unlimited unless set. */
        private @Nullable String rate;
        /** Rate of the durable tasks of each partition over all nodes, such as 10/1s. Unlimited unless set. */
        private @Nullable String partitionRate;
        /** Whether durable tasks may have partitions, which are served in turns. A partition-rate implies it. */
        private @Nullable Boolean partitions;

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

        public DurableSettings.@Nullable OnEnd getOnEnd() {
            return onEnd;
        }

        public void setOnEnd(DurableSettings.@Nullable OnEnd onEnd) {
            this.onEnd = onEnd;
        }

        public @Nullable String getPrefetch() {
            return prefetch;
        }

        public void setPrefetch(@Nullable String prefetch) {
            this.prefetch = prefetch;
        }

        public @Nullable String getRate() {
            return rate;
        }

        public void setRate(@Nullable String rate) {
            this.rate = rate;
        }

        public @Nullable String getPartitionRate() {
            return partitionRate;
        }

        public void setPartitionRate(@Nullable String partitionRate) {
            this.partitionRate = partitionRate;
        }

        public @Nullable Boolean getPartitions() {
            return partitions;
        }

        public void setPartitions(@Nullable Boolean partitions) {
            this.partitions = partitions;
        }

        @Override
        List<@Nullable Object> values() {
            return Arrays.asList(
                    plan, on, count, onEnd, prefetch, rate, partitionRate, partitions);
        }

        /** The group without a setting, for a blank text in YAML; see {@link EmptyGroup}. */
        public static Durable valueOf(String text) {
            EmptyGroup.check(text);
            return new Durable();
        }
    }
}
