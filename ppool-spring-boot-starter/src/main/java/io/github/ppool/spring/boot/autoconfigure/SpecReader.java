package io.github.ppool.spring.boot.autoconfigure;

import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.restart.RestartIntensity;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.spring.boot.autoconfigure.PpoolProperties.Creation;
import io.github.ppool.spring.boot.autoconfigure.PpoolProperties.Pool;
import io.github.ppool.spring.boot.autoconfigure.PpoolProperties.Restart;
import io.github.ppool.spring.boot.autoconfigure.PpoolProperties.TaskRestart;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/**
 * Makes a specification from settings: first the defaults for all pools, then those of the pool. The rules are those of the
 * specification itself; a value that it refuses becomes a problem with the property.
 */
final class SpecReader<W> {

    static final String DEFAULTS = "ppool.defaults";

    private static final String SECONDS_AND_MORE = "Use a duration of more than zero, such as 500ms, 30s or 10m.";
    private static final String ZERO_AND_MORE = "Use zero or more.";
    private static final String WORKERS = "Use 0 to " + PoolSpec.MOST_WORKERS + ".";

    private final PoolSpec.Builder<W> builder;
    private final SettingProblems problems;
    private final @Nullable ClassLoader classLoader;
    private final PlanReader plans;
    private RestartPolicy creationPolicy = RestartPolicy.POOL_DEFAULT;

    private SpecReader(PoolSpec.Builder<W> builder, SettingProblems problems, @Nullable ClassLoader classLoader) {
        this.builder = builder;
        this.problems = problems;
        this.classLoader = classLoader;
        this.plans = new PlanReader(problems);
    }

    /** The specification of a pool; if the settings allow none, the problems grow. */
    static <W> PoolSpec.Builder<W> read(
            String name,
            WorkerFactory<W> factory,
            PpoolProperties properties,
            SettingProblems problems,
            @Nullable ClassLoader classLoader) {
        PoolSpec.Builder<W> builder = PoolSpec.builder(name, factory).contextClassLoader(classLoader);
        SpecReader<W> reader = new SpecReader<>(builder, problems, classLoader);
        Pool own = properties.pools().getOrDefault(name, properties.defaults());
        String prefix = PoolNames.property(name);
        if (!properties.orphanGrace().isNegative()) { // else it is one of the problems of the root
            builder.orphanGrace(properties.orphanGrace());
        }
        reader.apply(DEFAULTS, properties.defaults());
        reader.apply(prefix, own);
        reader.applyRestart(prefix, own.restart(), properties.defaults().restart());
        reader.checkTogether(prefix, own);
        return builder;
    }

    /** What concerns no pool alone. */
    static void checkRoot(PpoolProperties properties, SettingProblems problems) {
        try {
            properties.rootIntensity();
        } catch (IllegalArgumentException refused) {
            boolean intensity = properties.intensity() != null && properties.intensity() < 0;
            problems.add(
                    intensity ? "ppool.intensity" : "ppool.period",
                    SettingProblems.rule(refused),
                    intensity ? "Use 0 or more." : SECONDS_AND_MORE);
        }
        if (properties.orphanGrace().isNegative()) {
            problems.add("ppool.orphan-grace", "orphan-grace must not be negative", ZERO_AND_MORE);
        }
        if (properties.web().errors().retryAfter().isNegative()) {
            problems.add("ppool.web.errors.retry-after", "retry-after must not be negative", ZERO_AND_MORE);
        }
    }

    private void apply(String prefix, Pool pool) {
        set(prefix + ".size", pool.size(), builder::size, WORKERS);
        set(prefix + ".max-overflow", pool.maxOverflow(), builder::maxOverflow, WORKERS);
        set(prefix + ".strategy", pool.strategy(), builder::strategy, "Use lifo, fifo or affine.");
        set(prefix + ".queue-capacity", pool.queueCapacity(), builder::queueCapacity, "Use 0 or more.");
        set(prefix + ".checkout-timeout", pool.checkoutTimeout(), builder::checkoutTimeout, SECONDS_AND_MORE);
        set(prefix + ".overflow-ttl", pool.overflowTtl(), builder::overflowTtl, ZERO_AND_MORE);
        set(prefix + ".max-lifetime", pool.maxLifetime(), builder::maxLifetime, SECONDS_AND_MORE);
        set(prefix + ".lifetime-jitter", pool.lifetimeJitter(), builder::lifetimeJitter, "Use a number from 0 to 1.");
        set(prefix + ".max-uses", pool.maxUses(), builder::maxUses, "Use 0 or more.");
        set(prefix + ".max-idle", pool.maxIdle(), builder::maxIdle, SECONDS_AND_MORE);
        set(prefix + ".validate-on-checkout", pool.validateOnCheckout(), builder::validateOnCheckout, "");
        set(prefix + ".validate-after-idle", pool.validateAfterIdle(), builder::validateAfterIdle, SECONDS_AND_MORE);
        set(prefix + ".keep-alive", pool.keepAlive(), builder::keepAlive, SECONDS_AND_MORE);
        set(prefix + ".creation-timeout", pool.creationTimeout(), builder::creationTimeout, ZERO_AND_MORE);
        set(prefix + ".validation-timeout", pool.validationTimeout(), builder::validationTimeout, ZERO_AND_MORE);
        set(prefix + ".await-ready", pool.awaitReady(), builder::awaitReady, ZERO_AND_MORE);
        set(prefix + ".fail-fast", pool.failFast(), builder::failFast, "");
        set(prefix + ".task-timeout", pool.taskTimeout(), builder::taskTimeout, SECONDS_AND_MORE);
        set(prefix + ".shutdown", pool.shutdown(), builder::shutdown, SECONDS_AND_MORE);
        set(prefix + ".platform-threads", pool.platformThreads(), builder::platformThreads, "");
        set(prefix + ".leak-detection", pool.leakDetection(), builder::leakDetection, "");
        set(prefix + ".leak-detection-threshold", pool.leakDetectionThreshold(), builder::leakDetectionThreshold,
                ZERO_AND_MORE);
        set(prefix + ".refuse-while-suspended", pool.refuseWhileSuspended(), builder::refuseWhileSuspended, "");
        applyCreation(prefix + ".creation", pool.creation());
        applyTaskRestart(prefix + ".task-restart", pool.taskRestart());
        exceptions(prefix + ".restart.survive-on", pool.restart().surviveOn(), builder::surviveOn);
        exceptions(prefix + ".restart.crash-on", pool.restart().crashOn(), builder::crashOn);
    }

    private void applyCreation(String prefix, Creation creation) {
        set(prefix + ".parallelism", creation.parallelism(), builder::creationParallelism, "Use 1 or more.");
        set(prefix + ".failure-limit", creation.failureLimit(), builder::creationFailureLimit, "Use 0 or more.");
        if (creation.plan() != null || creation.count() != null || creation.resetAfter() != null) {
            // A pool that says a count alone changes the count of the plan in the defaults.
            creationPolicy = plans.policy(
                    prefix, creationPolicy, creation.plan(), creation.count(), creation.resetAfter());
            plans.warnOf(prefix, creationPolicy, creation.plan(), creation.count());
            set(prefix + ".plan", creationPolicy, builder::creationPlan, PlanReader.REMEDY);
        }
    }

    private void applyTaskRestart(String prefix, TaskRestart restart) {
        if (restart.plan() == null) {
            if (restart.count() != null) {
                problems.add(
                        prefix + ".count",
                        "count says how many times a plan is run, but there is no plan",
                        "Set " + prefix + ".plan too, or remove the count.");
            }
            return;
        }
        RestartPolicy once = RestartPolicy.of(RestartPolicy.POOL_DEFAULT.plan());
        RestartPolicy policy = plans.policy(prefix, once, restart.plan(), restart.count(), null);
        plans.warnOf(prefix, policy, restart.plan(), restart.count());
        set(
                prefix + ".plan",
                policy,
                builder::taskRestart,
                "Take wait out of the plan: use delays or a backoff instead.");
    }

    /** A pool's own type or plan takes the place of the defaults' type or plan; a count alone changes the count of the plan. */
    private void applyRestart(String prefix, Restart own, Restart defaults) {
        String defaultsPrefix = DEFAULTS + ".restart";
        String ownPrefix = prefix + ".restart";
        if (contradicts(defaultsPrefix, defaults) | contradicts(ownPrefix, own)) {
            return;
        }
        boolean byPlan = isByPlan(own);
        if (own.type() != null || (defaults.type() != null && !byPlan)) {
            RestartIntensity byDefault = intensity(defaultsPrefix, defaults, RestartIntensity.DEFAULT);
            RestartIntensity intensity = intensity(ownPrefix, own, byDefault);
            builder.restart(own.type() != null ? own.type() : Objects.requireNonNull(defaults.type()), intensity);
            return;
        }
        if (own.intensity() != null || own.period() != null) {
            String property = ownPrefix + (own.intensity() != null ? ".intensity" : ".period");
            problems.add(
                    property,
                    "intensity and period bound restarts by type, but these are by plan, which is bounded by its count",
                    "Set " + ownPrefix + ".count to bound the plan, or " + ownPrefix + ".type to restart by type.");
            return;
        }
        RestartPolicy policy = plans.policyByReason(defaultsPrefix, RestartPolicy.POOL_DEFAULT, defaults);
        RestartPolicy used = plans.policyByReason(ownPrefix, policy, own);
        if (own.plan() == null && own.on() == null && own.count() == null) {
            plans.warnOf(defaultsPrefix, used, defaults);
        } else {
            plans.warnOf(ownPrefix, used, own);
        }
        builder.restart(used);
    }

    private static boolean isByPlan(Restart restart) {
        return restart.plan() != null || restart.on() != null || restart.count() != null
                || restart.resetAfter() != null;
    }

    private boolean contradicts(String prefix, Restart restart) {
        if (restart.type() == null || !isByPlan(restart)) {
            return false;
        }
        String other = restart.plan() != null
                ? ".plan"
                : restart.on() != null ? ".on" : restart.count() != null ? ".count" : ".reset-after";
        problems.add(
                prefix + ".type",
                "workers are restarted by a type or by a plan, but " + prefix + other + " is set too",
                "Remove one of " + prefix + ".type and " + prefix + other + ".");
        return true;
    }

    private RestartIntensity intensity(String prefix, Restart restart, RestartIntensity otherwise) {
        RestartIntensity[] result = {otherwise};
        set(
                prefix + ".intensity",
                restart.intensity(),
                value -> result[0] = new RestartIntensity(value, result[0].period()),
                "Use 0 or more.");
        set(
                prefix + ".period",
                restart.period(),
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
                // Spring takes a name apart at each bracket, one call within the other.
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

    private void checkTogether(String prefix, Pool own) {
        try {
            builder.build();
        } catch (IllegalArgumentException refused) {
            String property = prefix + (own.maxOverflow() == null && own.size() != null ? ".size" : ".max-overflow");
            problems.add(
                    property,
                    SettingProblems.rule(refused),
                    "Lower " + prefix + ".size or " + prefix + ".max-overflow: together they may be "
                            + PoolSpec.MOST_WORKERS + ".");
        }
    }

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
