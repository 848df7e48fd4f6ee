package io.github.ppool.spring.boot.settings;

import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Rate;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.restart.RestartIntensity;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/**
 * Makes a specification from settings: first from the defaults for all pools, then from those of the pool. The rules
 * are those of the specification itself. A value that it refuses becomes a problem of the property.
 *
 * @param <W> the type of the workers
 */
public final class SpecReader<W> {

    private static final String SECONDS_AND_MORE = "Use a duration of more than zero, such as 500ms, 30s or 10m.";
    private static final String ZERO_AND_MORE = "Use zero or more.";
    private static final String WORKERS = "Use 0 to " + PoolSpec.MOST_WORKERS + ".";

    /** A failed task has failed. */
    private static final RestartPolicy NO_ATTEMPT = RestartPolicy.of(RestartPlan.EMPTY);

    private final PoolSpec.Builder<W> builder;
    private final SettingProblems problems;
    private final @Nullable ClassLoader classLoader;
    private final PlanReader plans;
    private RestartPolicy creationPolicy = RestartPolicy.POOL_DEFAULT;
    private RestartPolicy taskPolicy = NO_ATTEMPT;
    private @Nullable Rate rate;
    private @Nullable Rate clusterRate;
    private @Nullable Rate keyRate;

    private SpecReader(PoolSpec.Builder<W> builder, SettingProblems problems, @Nullable ClassLoader classLoader) {
        this.builder = builder;
        this.problems = problems;
        this.classLoader = classLoader;
        this.plans = new PlanReader(problems);
    }

    /**
     * Makes the specification of a pool.
     *
     * @param name the name of the pool
     * @param factory the factory of its workers
     * @param properties the settings of all pools
     * @param problems gets the problems of its settings
     * @param classLoader the loader for class names in the settings
     * @param <W> the type of the workers
     * @return the builder of the specification, without the refused values
     */
    public static <W> PoolSpec.Builder<W> read(
            String name,
            WorkerFactory<W> factory,
            PpoolProperties properties,
            SettingProblems problems,
            @Nullable ClassLoader classLoader) {
        PoolSpec.Builder<W> builder = PoolSpec.builder(name, factory).contextClassLoader(classLoader);
        SpecReader<W> reader = new SpecReader<>(builder, problems, classLoader);
        PoolProperties own = properties.getPools().getOrDefault(name, properties.getDefaults());
        String prefix = PoolNames.property(name);
        if (!properties.getOrphanGrace().isNegative()) { // else it is a problem of the root
            builder.orphanGrace(properties.getOrphanGrace());
        }
        reader.apply(PoolNames.DEFAULTS, properties.getDefaults());
        reader.apply(prefix, own);
        reader.applyRestart(prefix, own.getRestart(), properties.getDefaults().getRestart());
        reader.checkTogether(prefix, own, properties.getDefaults());
        return builder;
    }

    /**
     * Checks the settings that belong to no single pool.
     *
     * @param properties the settings
     * @param problems gets the problems
     */
    public static void checkRoot(PpoolProperties properties, SettingProblems problems) {
        try {
            properties.rootIntensity();
        } catch (IllegalArgumentException refused) {
            boolean intensity = properties.getIntensity() != null && properties.getIntensity() < 0;
            problems.add(
                    intensity ? "ppool.intensity" : "ppool.period",
                    SettingProblems.rule(refused),
                    intensity ? "Use 0 or more." : SECONDS_AND_MORE);
        }
        if (properties.getOrphanGrace().isNegative()) {
            problems.add("ppool.orphan-grace", "orphan-grace must not be negative", ZERO_AND_MORE);
        }
        if (properties.getWeb().getErrors().getRetryAfter().isNegative()) {
            problems.add("ppool.web.errors.retry-after", "retry-after must not be negative", ZERO_AND_MORE);
        }
    }

    private void apply(String prefix, PoolProperties pool) {
        // Each method reference that is passed costs time at startup, so groups without a setting are skipped.
        applySize(prefix, pool);
        if (isAnySet(pool.getMaxLifetime(), pool.getLifetimeJitter(), pool.getMaxUses(), pool.getMaxIdle())) {
            applyAge(prefix, pool);
        }
        if (isAnySet(pool.getValidateOnCheckout(), pool.getValidateAfterIdle(), pool.getKeepAlive(),
                pool.getCreationTimeout(),
                pool.getValidationTimeout())) {
            applyChecks(prefix, pool);
        }
        if (isAnySet(pool.getAwaitReady(), pool.getFailFast(), pool.getTaskTimeout(), pool.getShutdown(),
                pool.getPlatformThreads(), pool.getRefuseWhileSuspended())) {
            applyPhases(prefix, pool);
        }
        if (isAnySet(pool.getKeyBlocks(), pool.getSticky())) {
            applyKeys(prefix, pool);
        }
        if (isAnySet(pool.getRate(), pool.getBurst(), pool.getClusterRate(), pool.getClusterBurst(), pool.getKeyRate(),
                pool.getKeyBurst(), pool.getOverrunAfter())) {
            applyRates(prefix, pool);
        }
        if (isAnySet(pool.getQueue(), pool.getShed(), pool.getMaxWaitTarget(), pool.getMaxWaitInterval(),
                pool.getMinIdle(), pool.getWarmUp())) {
            applyOrder(prefix, pool);
        }
        if (isAnySet(pool.getLeakDetection(), pool.getLeakDetectionThreshold())) {
            applyLeaks(prefix, pool);
        }
        applyCreation(prefix + ".creation", pool.getCreation());
        applyTaskRestart(prefix + ".task-restart", pool.getTaskRestart());
        applyExceptions(prefix + ".restart", pool.getRestart());
    }

    private static boolean isAnySet(@Nullable Object... values) {
        for (Object value : values) {
            if (value != null) {
                return true;
            }
        }
        return false;
    }

    private void applySize(String prefix, PoolProperties pool) {
        if (isAnySet(pool.getSize(), pool.getMaxOverflow())) {
            set(prefix + ".size", pool.getSize(), builder::size, WORKERS);
            set(prefix + ".max-overflow", pool.getMaxOverflow(), builder::maxOverflow, WORKERS);
        }
        set(prefix + ".cluster-limit", pool.getClusterLimit(), SpecReader::requireLimit, "Use 1 or more.");
        if (isAnySet(pool.getStrategy(), pool.getQueueCapacity(), pool.getCheckoutTimeout(), pool.getOverflowTtl())) {
            applyQueue(prefix, pool);
        }
    }

    private static void requireLimit(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("cluster-limit must be at least 1, got: " + limit);
        }
    }

    /**
     * The largest number of workers of a pool over all nodes of a cluster.
     *
     * @param name the name of the pool
     * @param properties the settings of all pools
     * @return the number as it is set; null if there is no such limit
     */
    public static @Nullable Integer clusterLimit(String name, PpoolProperties properties) {
        PoolProperties own = properties.getPools().get(name);
        return own == null || own.getClusterLimit() == null
                ? properties.getDefaults().getClusterLimit()
                : own.getClusterLimit();
    }

    /**
     * The rate of a pool over all nodes of a cluster.
     *
     * @param name the name of the pool
     * @param properties the settings of all pools
     * @return the rate as it is set; null if there is none, or if it is wrong and so a known problem
     */
    public static @Nullable Rate clusterRate(String name, PpoolProperties properties) {
        PoolProperties defaults = properties.getDefaults();
        Rate ofDefaults = RateReader.readAgain(defaults.getClusterRate(), defaults.getClusterBurst(), null);
        PoolProperties own = properties.getPools().get(name);
        return own == null
                ? ofDefaults
                : RateReader.readAgain(own.getClusterRate(), own.getClusterBurst(), ofDefaults);
    }

    private void applyQueue(String prefix, PoolProperties pool) {
        set(prefix + ".strategy", pool.getStrategy(), builder::strategy, "");
        set(prefix + ".queue-capacity", pool.getQueueCapacity(), builder::queueCapacity, "Use 0 or more.");
        set(prefix + ".checkout-timeout", pool.getCheckoutTimeout(), builder::checkoutTimeout,
                "Use zero or more; with zero only an idle worker is taken.");
        set(prefix + ".overflow-ttl", pool.getOverflowTtl(), builder::overflowTtl, ZERO_AND_MORE);
    }

    private void applyAge(String prefix, PoolProperties pool) {
        set(prefix + ".max-lifetime", pool.getMaxLifetime(), builder::maxLifetime, SECONDS_AND_MORE);
        set(prefix + ".lifetime-jitter", pool.getLifetimeJitter(), builder::lifetimeJitter,
                "Use a number from 0 to 1.");
        set(prefix + ".max-uses", pool.getMaxUses(), builder::maxUses, "Use 0 or more.");
        set(prefix + ".max-idle", pool.getMaxIdle(), builder::maxIdle, SECONDS_AND_MORE);
    }

    private void applyChecks(String prefix, PoolProperties pool) {
        set(prefix + ".validate-on-checkout", pool.getValidateOnCheckout(), builder::validateOnCheckout, "");
        set(prefix + ".validate-after-idle", pool.getValidateAfterIdle(), builder::validateAfterIdle, SECONDS_AND_MORE);
        set(prefix + ".keep-alive", pool.getKeepAlive(), builder::keepAlive, SECONDS_AND_MORE);
        set(prefix + ".creation-timeout", pool.getCreationTimeout(), builder::creationTimeout, ZERO_AND_MORE);
        set(prefix + ".validation-timeout", pool.getValidationTimeout(), builder::validationTimeout, ZERO_AND_MORE);
    }

    private void applyPhases(String prefix, PoolProperties pool) {
        set(prefix + ".await-ready", pool.getAwaitReady(), builder::awaitReady, ZERO_AND_MORE);
        set(prefix + ".fail-fast", pool.getFailFast(), builder::failFast, "");
        set(prefix + ".task-timeout", pool.getTaskTimeout(), builder::taskTimeout, SECONDS_AND_MORE);
        set(prefix + ".shutdown", pool.getShutdown(), builder::shutdown, SECONDS_AND_MORE);
        set(prefix + ".platform-threads", pool.getPlatformThreads(), builder::platformThreads, "");
        set(prefix + ".refuse-while-suspended", pool.getRefuseWhileSuspended(), builder::refuseWhileSuspended, "");
    }

    private void applyKeys(String prefix, PoolProperties pool) {
        set(prefix + ".key-blocks", pool.getKeyBlocks(), builder::keyBlocks, "");
        set(prefix + ".sticky", pool.getSticky(), builder::sticky, "");
    }

    private void applyRates(String prefix, PoolProperties pool) {
        rate = RateReader.read(prefix + ".rate", pool.getRate(), pool.getBurst(), rate, problems);
        clusterRate = RateReader.read(
                prefix + ".cluster-rate", pool.getClusterRate(), pool.getClusterBurst(), clusterRate, problems);
        keyRate = RateReader.read(prefix + ".key-rate", pool.getKeyRate(), pool.getKeyBurst(), keyRate, problems);
        builder.rate(rate).keyRate(keyRate);
        set(prefix + ".overrun-after", pool.getOverrunAfter(), builder::overrunAfter, SECONDS_AND_MORE);
    }

    private void applyOrder(String prefix, QueueProperties pool) {
        set(prefix + ".queue", pool.getQueue(), builder::queue, "");
        set(prefix + ".shed", pool.getShed(), builder::shed, "");
        set(prefix + ".max-wait-target", pool.getMaxWaitTarget(), builder::maxWaitTarget, SECONDS_AND_MORE);
        set(prefix + ".max-wait-interval", pool.getMaxWaitInterval(), builder::maxWaitInterval, SECONDS_AND_MORE);
        set(prefix + ".min-idle", pool.getMinIdle(), builder::minIdle, "Use 0 or more.");
        set(prefix + ".warm-up", pool.getWarmUp(), builder::warmUp, ZERO_AND_MORE);
    }

    private void applyLeaks(String prefix, PoolProperties pool) {
        set(prefix + ".leak-detection", pool.getLeakDetection(), builder::leakDetection, "");
        set(prefix + ".leak-detection-threshold", pool.getLeakDetectionThreshold(), builder::leakDetectionThreshold,
                ZERO_AND_MORE);
    }

    private void applyExceptions(String prefix, RestartProperties restart) {
        if (isAnySet(restart.getSurviveOn(), restart.getCrashOn())) {
            exceptions(prefix + ".survive-on", restart.getSurviveOn(), builder::surviveOn);
            exceptions(prefix + ".crash-on", restart.getCrashOn(), builder::crashOn);
        }
    }

    private void applyCreation(String prefix, CreationProperties creation) {
        if (isAnySet(creation.getParallelism(), creation.getFailureLimit())) {
            set(prefix + ".parallelism", creation.getParallelism(), builder::creationParallelism, "Use 1 or more.");
            set(prefix + ".failure-limit", creation.getFailureLimit(), builder::creationFailureLimit, "Use 0 or more.");
        }
        if (creation.getPlan() != null || creation.getCount() != null || creation.getResetAfter() != null) {
            // A pool that sets a count alone changes the count of the plan in the defaults.
            creationPolicy = plans.policy(
                    prefix, creationPolicy, creation.getPlan(), creation.getCount(), creation.getResetAfter());
            plans.warnOf(prefix, creationPolicy, creation.getPlan(), creation.getCount());
            set(prefix + ".plan", creationPolicy, builder::creationPlan, PlanReader.REMEDY);
        }
    }

    private void applyTaskRestart(String prefix, TaskRestartProperties restart) {
        if (restart.getPlan() == null && restart.getOn() == null) {
            if (restart.getCount() != null) {
                problems.add(
                        prefix + ".count",
                        "count says how many times a plan is run, but there is no plan",
                        "Set " + prefix + ".plan too, or remove the count.");
            }
            return;
        }
        // A pool that sets plans for exceptions alone keeps the plan of the defaults for all others.
        RestartPolicy otherwise = restart.getPlan() != null ? NO_ATTEMPT : taskPolicy;
        taskPolicy = plans.policyByReason(prefix, otherwise, restart);
        plans.warnOf(prefix, taskPolicy, restart);
        set(
                prefix + (restart.getPlan() != null ? ".plan" : ".on"),
                taskPolicy,
                builder::taskRestart,
                "Take wait out of the plan: use delays or a backoff instead.");
    }

    /**
     * Applies the restarts. A pool's own type or plan replaces that of the defaults. A count alone changes the count of
     * the plan.
     */
    private void applyRestart(String prefix, RestartProperties own, RestartProperties defaults) {
        String defaultsPrefix = PoolNames.DEFAULTS + ".restart";
        String ownPrefix = prefix + ".restart";
        if (contradicts(defaultsPrefix, defaults) | contradicts(ownPrefix, own)) {
            return;
        }
        boolean byPlan = isByPlan(own);
        RestartIntensity byDefault = intensity(defaultsPrefix, defaults, RestartIntensity.DEFAULT);
        if (own.getType() != null || (defaults.getType() != null && !byPlan)) {
            RestartIntensity intensity = intensity(ownPrefix, own, byDefault);
            builder.restart(own.getType() != null ? own.getType() : Objects.requireNonNull(defaults.getType()),
                    intensity);
            return;
        }
        if (own.getIntensity() != null || own.getPeriod() != null) {
            String property = ownPrefix + (own.getIntensity() != null ? ".intensity" : ".period");
            problems.add(
                    property,
                    "intensity and period bound restarts by type, but these are by plan, which is bounded by its count",
                    "Set " + ownPrefix + ".count to bound the plan, or " + ownPrefix + ".type to restart by type.");
            return;
        }
        RestartPolicy policy = plans.policyByReason(defaultsPrefix, RestartPolicy.POOL_DEFAULT, defaults);
        RestartPolicy used = plans.policyByReason(ownPrefix, policy, own);
        if (own.getPlan() == null && own.getOn() == null && own.getCount() == null) {
            plans.warnOf(defaultsPrefix, used, defaults);
        } else {
            plans.warnOf(ownPrefix, used, own);
        }
        builder.restart(used);
    }

    private static boolean isByPlan(RestartProperties restart) {
        return restart.getPlan() != null || restart.getOn() != null || restart.getCount() != null
                || restart.getResetAfter() != null;
    }

    private boolean contradicts(String prefix, RestartProperties restart) {
        if (restart.getType() == null || !isByPlan(restart)) {
            return false;
        }
        String other = restart.getPlan() != null
                ? ".plan"
                : restart.getOn() != null ? ".on" : restart.getCount() != null ? ".count" : ".reset-after";
        problems.add(
                prefix + ".type",
                "workers are restarted by a type or by a plan, but " + prefix + other + " is set too",
                "Remove one of " + prefix + ".type and " + prefix + other + ".");
        return true;
    }

    private RestartIntensity intensity(String prefix, RestartProperties restart, RestartIntensity otherwise) {
        RestartIntensity[] result = {otherwise};
        set(
                prefix + ".intensity",
                restart.getIntensity(),
                value -> result[0] = new RestartIntensity(value, result[0].period()),
                "Use 0 or more.");
        set(
                prefix + ".period",
                restart.getPeriod(),
                value -> result[0] = new RestartIntensity(result[0].intensity(), value),
                SECONDS_AND_MORE);
        return result[0];
    }

    private void exceptions(String property, @Nullable List<String> names, Consumer<Predicate<Throwable>> setter) {
        if (names == null) {
            return;
        }
        List<Class<?>> types = names.stream().<Class<?>>mapMulti((name, found) -> {
            if (name.contains("[")) {
                // Spring parses a name by one recursive call for each bracket.
                noException(property, name, name + " is no exception: it is an array");
                return;
            }
            try {
                Class<?> type = ClassUtils.forName(name, classLoader);
                if (Throwable.class.isAssignableFrom(type)) {
                    found.accept(type);
                } else {
                    noException(property, name, name + " is no exception: it does not extend Throwable");
                }
            } catch (ClassNotFoundException | LinkageError | RuntimeException missing) {
                noException(property, name, "there is no class " + name);
            }
        })
                .toList();
        setter.accept(failure -> types.stream().anyMatch(type -> type.isInstance(failure)));
    }

    private void noException(String property, String name, String rule) {
        problems.add(property, name, rule,
                "Name classes of exceptions with their packages, such as java.net.ConnectException.");
    }

    private void checkTogether(String prefix, PoolProperties own, PoolProperties defaults) {
        checkRates(prefix);
        try {
            SettingsWithoutEffect.warnOf(builder.build(), prefix, own, defaults, problems);
        } catch (IllegalArgumentException refused) {
            if (isContradiction(prefix, refused)) {
                return;
            }
            String property = prefix
                    + (own.getMaxOverflow() == null && own.getSize() != null ? ".size" : ".max-overflow");
            problems.add(
                    property,
                    SettingProblems.rule(refused),
                    "Lower " + prefix + ".size or " + prefix + ".max-overflow: together they may be "
                            + PoolSpec.MOST_WORKERS + ".");
        }
    }

    /** Tells of a rate of the node that is never used up, because all nodes together may begin no more. */
    private void checkRates(String prefix) {
        if (rate == null || clusterRate == null || rate.burst() < rate.permits()) {
            return;
        }
        if (rate.permits() >= clusterRate.permits() && rate.period().compareTo(clusterRate.period()) <= 0) {
            problems.add(prefix + ".rate", "rate " + rate + " of each node is never used up, because cluster-rate "
                    + clusterRate + " of all nodes permits no more",
                    "Lower " + prefix + ".rate below the cluster-rate, or remove it.");
        }
    }

    /** Tells of settings that contradict each other; the text of the rule begins with the setting to change. */
    private boolean isContradiction(String prefix, IllegalArgumentException refused) {
        String rule = SettingProblems.rule(refused);
        String setting = rule.substring(0, Math.max(0, rule.indexOf(' ')));
        String remedy = switch (setting) {
            case "min-idle" -> "Lower " + prefix + ".min-idle, or raise " + prefix + ".max-overflow.";
            case "queue-capacity" -> "Raise " + prefix + ".queue-capacity, or set " + prefix + ".shed to newest.";
            case "await-ready" -> "Raise " + prefix + ".await-ready, or shorten " + prefix + ".warm-up.";
            default -> null;
        };
        if (remedy != null) {
            problems.add(prefix + "." + setting, rule, remedy);
        }
        return remedy != null;
    }

    /**
     * Gives a value to the builder, if there is one.
     *
     * @param remedy the way to mend a value that the builder refuses; empty if it takes all values of the type
     */
    private <T> void set(String property, @Nullable T value, Consumer<T> setter, String remedy) {
        if (value != null) {
            try {
                setter.accept(value);
            } catch (IllegalArgumentException refused) {
                problems.add(property, SettingProblems.rule(refused), remedy);
            }
        }
    }
}
