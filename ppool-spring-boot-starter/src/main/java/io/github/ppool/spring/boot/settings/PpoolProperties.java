package io.github.ppool.spring.boot.settings;

import io.github.ppool.pool.GroupStrategy;
import io.github.ppool.pool.Pools;
import io.github.ppool.restart.RestartIntensity;
import io.github.ppool.spring.boot.HistoryMode;
import io.github.ppool.spring.boot.Scope;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

/** All settings under {@code ppool}. A setting that is null is not set. */
@SuppressWarnings("doclint:missing") // the comment of a property is that of its field
@ConfigurationProperties("ppool")
public final class PpoolProperties {

    /** Whether pools are registered as beans and started with the application. */
    private Boolean enabled = true;
    /**
     * Number of restarts of pools and trees within the period, all together, that the supervisor ppool accepts. At the
     * next one it gives up, and all of them are down. If neither this nor the period is set, each pool and each tree
     * has 5 restarts in 1m of its own, and stays down alone after them. 5 if only the period is set.
     */
    private @Nullable Integer intensity;
    /** Length of the period that the intensity counts in. 1m if only the intensity is set. */
    private @Nullable Duration period;
    /**
     * Whether handed-over tasks run with the context of their callers: the MDC, and the thread-locals of Micrometer's
     * context propagation.
     */
    private Boolean propagateContext = true;
    /** Whether each attempt of a handed-over task is an observation, and a span if tracing is present. */
    private Boolean observeTasks = false;
    /** Whether meters measure the time that borrowers keep workers: the number of leases and the sum of their times. */
    private Boolean measureUsage = false;
    /**
     * Whether each lease, and each wait and each attempt of a task, is timed by itself. These meters then have the
     * longest time and histograms. Costs each checkout, check-in and task a reading of the clock. Pools with the
     * strategy affine or lifo then use their lock for each checkout.
     */
    private Boolean exactTimes = false;
    /**
     * Time that the thread of a killed process may go on with a worker. Then a borrowed worker is crashed, and the
     * process's own worker is closed by another thread.
     */
    private Duration orphanGrace = Duration.ofSeconds(5);
    /**
     * Whether the virtual machine is kept alive while supervision trees of the application run, or pools have accepted
     * tasks to finish.
     */
    private Boolean keepAlive = true;
    /**
     * When the history of the last ten minutes is kept for observers, where the endpoint is exposed: from the first
     * look until five minutes after the last one, always, or never.
     */
    private HistoryMode history = HistoryMode.WHILE_OBSERVED;
    /**
     * Name of the pool that is the executor of the application, in place of Spring Boot's own. The pool must have
     * executor=true.
     */
    private @Nullable String applicationExecutor;
    /** Answers to the clients of a web application. */
    private Web web = new Web();
    /** Settings for all pools that do not set them. */
    @NestedConfigurationProperty
    private PoolProperties defaults = new PoolProperties();
    /** The pools, by name. Each pool is a bean of its name. */
    private Map<String, PoolProperties> pools = new LinkedHashMap<>();
    /** Groups of pools with workers of the same type, by name. Each group is a bean of its name, used as one pool. */
    private Map<String, Group> groups = new LinkedHashMap<>();
    /**
     * Beans that are annotated with @Supervised, by name. A setting here replaces the value of the annotation. A
     * SupervisorSpec bean may have a scope here.
     */
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

    public @Nullable String getApplicationExecutor() {
        return applicationExecutor;
    }

    public void setApplicationExecutor(@Nullable String applicationExecutor) {
        this.applicationExecutor = applicationExecutor;
    }

    public Boolean getKeepAlive() {
        return keepAlive;
    }

    public void setKeepAlive(Boolean keepAlive) {
        this.keepAlive = keepAlive;
    }

    public HistoryMode getHistory() {
        return history;
    }

    public void setHistory(HistoryMode history) {
        this.history = history;
    }

    public Web getWeb() {
        return web;
    }

    public void setWeb(Web web) {
        this.web = web;
    }

    public PoolProperties getDefaults() {
        return defaults;
    }

    public void setDefaults(PoolProperties defaults) {
        this.defaults = defaults;
    }

    public Map<String, PoolProperties> getPools() {
        return pools;
    }

    public void setPools(Map<String, PoolProperties> pools) {
        this.pools = pools;
    }

    public Map<String, Group> getGroups() {
        return groups;
    }

    public void setGroups(Map<String, Group> groups) {
        this.groups = groups;
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

    /** Whether pools and trees share one intensity, because the application has set one. */
    public boolean sharesIntensity() {
        return intensity != null || period != null;
    }

    /** A web application. */
    public static final class Web {

        /** Answers to requests that fail with an exception of a pool. */
        private Errors errors = new Errors();

        public Errors getErrors() {
            return errors;
        }

        public void setErrors(Errors errors) {
            this.errors = errors;
        }

        /** The group without a setting, for a blank text in YAML; see {@link EmptyGroup}. */
        public static Web valueOf(String text) {
            EmptyGroup.check(text);
            return new Web();
        }
    }

    /** Exceptions of pools that controllers don't catch. */
    public static final class Errors {

        /**
         * Whether exceptions of pools that the application does not handle are answered with status 503, or 429 for a
         * full queue, instead of 500.
         */
        private Boolean enabled = true;
        /** Value of the header Retry-After of these answers, in whole seconds. Zero omits the header. */
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

        /** The group without a setting, for a blank text in YAML; see {@link EmptyGroup}. */
        public static Errors valueOf(String text) {
            EmptyGroup.check(text);
            return new Errors();
        }
    }

    /**
     * A group of pools.
     *
     * @param members Names of the pools, each once, in the order of the strategy first.
     * @param strategy Order in which the members are asked for a worker. Waiting callers are served by the first member
     *     that has one.
     * @param retryAfter Time after which a member that could not make a worker is asked again.
     * @param executor Whether the group is an executor of Spring, too: its bean is found by @Async with the name of the
     *     group.
     */
    public record Group(
            @Nullable List<String> members,
            @Nullable GroupStrategy strategy,
            @Nullable Duration retryAfter,
            @Nullable Boolean executor) {

        /** The group without a setting, for a blank text in YAML; see {@link EmptyGroup}. */
        public static Group valueOf(String text) {
            return EmptyGroup.of(Group.class, text);
        }
    }

    /**
     * A supervised bean.
     *
     * @param plan Plan that decides after each end, as under restart.plan.
     * @param count Number of times that the plan is run: a number or infinity.
     * @param resetAfter Time without an end after which the plan begins again. Zero means never.
     * @param shutdown Time that the bean's thread may take to end after an interrupt.
     * @param scope Nodes on which the bean runs: node for each one, cluster for one at a time.
     */
    public record Supervised(
            @Nullable List<PlanItem> plan,
            @Nullable String count,
            @Nullable Duration resetAfter,
            @Nullable Duration shutdown,
            @Nullable Duration every,
            @Nullable Duration fixedRate,
            @Nullable Duration initialDelay,
            @Nullable Scope scope) {

        /** The group without a setting, for a blank text in YAML; see {@link EmptyGroup}. */
        public static Supervised valueOf(String text) {
            return EmptyGroup.of(Supervised.class, text);
        }
    }
}
