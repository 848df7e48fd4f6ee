package io.github.ppool.spring.boot.settings;

import io.github.ppool.pool.Pools;
import io.github.ppool.restart.RestartIntensity;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

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
    @NestedConfigurationProperty
    private PoolProperties defaults = new PoolProperties();
    /** The pools, by name. Each is a bean of that name. */
    private Map<String, PoolProperties> pools = new LinkedHashMap<>();
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

        /** The group without a setting, for a blank text in YAML; see {@link EmptyGroup}. */
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

        /** The group without a setting, for a blank text in YAML; see {@link EmptyGroup}. */
        public static Errors valueOf(String text) {
            EmptyGroup.check(text);
            return new Errors();
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

        /** The group without a setting, for a blank text in YAML; see {@link EmptyGroup}. */
        public static Supervised valueOf(String text) {
            return EmptyGroup.of(Supervised.class, text);
        }
    }
}
