package io.github.ppool.spring.boot.settings;

import io.github.ppool.pool.PoolStrategy;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

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
     * Number of checkouts and attempts of tasks that begin within a time over all nodes of a cluster, such as 100/1m.
     * Others wait in the queue. Needs the module ppool-cluster. Unlimited unless set.
     */
    private @Nullable String clusterRate;
    /**
     * Number of those that begin at once over all nodes, if that is less than the cluster-rate says. It is divided as
     * the rate is, and each node that has a share may begin at least one.
     */
    private @Nullable Integer clusterBurst;
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
    @NestedConfigurationProperty
    private RestartProperties restart = new RestartProperties();
    /** Creation of workers, and attempts after a failed creation. */
    @NestedConfigurationProperty
    private CreationProperties creation = new CreationProperties();
    /** Attempts after the failure of a task. Without a plan the first failure is final. */
    @NestedConfigurationProperty
    private TaskRestartProperties taskRestart = new TaskRestartProperties();
    /** Tasks that survive their node. Need the module ppool-durable. */
    @NestedConfigurationProperty
    private DurableTaskProperties durable = new DurableTaskProperties();

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

    public @Nullable String getClusterRate() {
        return clusterRate;
    }

    public void setClusterRate(@Nullable String clusterRate) {
        this.clusterRate = clusterRate;
    }

    public @Nullable Integer getClusterBurst() {
        return clusterBurst;
    }

    public void setClusterBurst(@Nullable Integer clusterBurst) {
        this.clusterBurst = clusterBurst;
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

    public RestartProperties getRestart() {
        return restart;
    }

    public void setRestart(RestartProperties restart) {
        this.restart = restart;
    }

    public CreationProperties getCreation() {
        return creation;
    }

    public void setCreation(CreationProperties creation) {
        this.creation = creation;
    }

    public TaskRestartProperties getTaskRestart() {
        return taskRestart;
    }

    public void setTaskRestart(TaskRestartProperties taskRestart) {
        this.taskRestart = taskRestart;
    }

    public DurableTaskProperties getDurable() {
        return durable;
    }

    public void setDurable(DurableTaskProperties durable) {
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
        return equals(other) && !durable.equals(new DurableTaskProperties());
    }

    @Override
    void addTo(List<@Nullable Object> values) {
        super.addTo(values);
        Collections.addAll(values,
                worker, dependsOn, size, maxOverflow, strategy, clusterLimit, queueCapacity, checkoutTimeout,
                overflowTtl, maxLifetime, lifetimeJitter, maxUses, maxIdle, validateOnCheckout, validateAfterIdle,
                keepAlive, creationTimeout, validationTimeout, awaitReady, failFast, taskTimeout, keyBlocks, sticky,
                rate, burst, clusterRate, clusterBurst, keyRate, keyBurst, overrunAfter, shutdown, platformThreads,
                leakDetection, leakDetectionThreshold, refuseWhileSuspended, restart, creation, taskRestart, durable);
    }

    /**
     * The pool without a setting, for a blank text in YAML such as {@code smtp:} alone on its line; see
     * {@link EmptyGroup}.
     */
    public static PoolProperties valueOf(String text) {
        if (!text.isBlank()) {
            throw new IllegalArgumentException("a pool must have settings below its name, got: " + text);
        }
        return new PoolProperties();
    }
}
