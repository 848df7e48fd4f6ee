package io.github.ppool.spring.boot.settings;

import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.spring.boot.DurableSettings;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the settings of pools for durable tasks: first those for all pools, then those of the pool. */
public final class DurableReader {

    /** The largest number of plans by reason: the saved position in all of them is a short text. */
    private static final int MOST_REASONS = 20;

    private static final int MOST_PREFETCHED = 10_000;
    private static final String AUTO = "auto";
    /** These plans are replaced by a plan for the very reason only. */
    private static final Set<String> KEPT = Set.of(DurableSettings.NODE_LOST, DurableSettings.UNREADABLE);

    private final SettingProblems problems;
    private final PlanReader plans;

    private DurableReader(SettingProblems problems) {
        this.problems = problems;
        this.plans = new PlanReader(problems);
    }

    /**
     * Reads the settings of a pool.
     *
     * @param pool the name of the pool
     * @param properties the settings of all pools
     * @param problems gets the problems
     * @return the settings, with the default in the place of a wrong one
     */
    public static DurableSettings read(String pool, PpoolProperties properties, SettingProblems problems) {
        return read(pool, properties.getPools().getOrDefault(pool, properties.getDefaults()), properties, problems);
    }

    /**
     * Reads the settings of a pool that is not one of the properties: a bean makes it.
     *
     * @param pool the name of the pool
     * @param settings the settings of the pool
     * @param properties the settings for all pools
     * @param problems gets the problems
     * @return the settings, with the default in the place of a wrong one
     */
    public static DurableSettings read(
            String pool, PoolProperties settings, PpoolProperties properties, SettingProblems problems) {
        if (!isAnySet(settings, properties)) {
            return DurableSettings.DEFAULT;
        }
        DurableTaskProperties defaults = properties.getDefaults().getDurable();
        DurableTaskProperties own = settings.getDurable();
        DurableReader reader = new DurableReader(problems);
        String ofDefaults = PoolNames.DEFAULTS + ".durable";
        DurableSettings byDefault = reader.read(ofDefaults, defaults, DurableSettings.DEFAULT);
        return own.equals(defaults) ? byDefault : reader.read(PoolNames.property(pool) + ".durable", own, byDefault);
    }

    /**
     * Tells if a setting differs from the {@linkplain DurableSettings#DEFAULT default}. The plans of that default are
     * not needed at the start of an application without durable tasks.
     *
     * @param settings the settings of a pool
     * @param properties the settings for all pools
     * @return true if there is one for the pool or for all pools
     */
    public static boolean isAnySet(PoolProperties settings, PpoolProperties properties) {
        DurableTaskProperties none = new DurableTaskProperties();
        return !settings.getDurable().equals(none) || !properties.getDefaults().getDurable().equals(none);
    }

    /**
     * Refuses the settings of all pools if the module that they need is missing.
     *
     * @param properties the settings of all pools
     * @param hasModule true if the module is there
     * @param problems gets a problem for each group of settings
     */
    static void check(PpoolProperties properties, boolean hasModule, SettingProblems problems) {
        if (!hasModule) {
            refuse(PoolNames.DEFAULTS, properties.getDefaults(), problems);
            for (Map.Entry<String, PoolProperties> pool : properties.getPools().entrySet()) {
                if (!pool.getValue().getDurable().equals(properties.getDefaults().getDurable())) {
                    refuse(PoolNames.property(pool.getKey()), pool.getValue(), problems);
                }
            }
        }
    }

    private static void refuse(String prefix, PoolProperties pool, SettingProblems problems) {
        if (!pool.getDurable().equals(new DurableTaskProperties())) {
            problems.add(
                    prefix + ".durable",
                    null,
                    "tasks that survive their node need the module ppool-durable, which is not on the class path",
                    "Add the dependency io.github.ppool:ppool-durable, or remove these lines.");
        }
    }

    private DurableSettings read(String prefix, DurableTaskProperties durable, DurableSettings otherwise) {
        return new DurableSettings(
                plan(prefix, durable, otherwise.plan()),
                Objects.requireNonNullElse(durable.getOnEnd(), otherwise.onEnd()),
                prefetch(prefix + ".prefetch", durable.getPrefetch(), otherwise.prefetch()),
                RateReader.read(prefix + ".rate", durable.getRate(), otherwise.rate(), problems),
                RateReader.read(
                        prefix + ".partition-rate", durable.getPartitionRate(), otherwise.partitionRate(), problems),
                Objects.requireNonNullElse(durable.getPartitions(), otherwise.partitions()));
    }

    private RestartPolicy plan(String prefix, DurableTaskProperties durable, RestartPolicy otherwise) {
        if (durable.getPlan() == null && durable.getOn() == null && durable.getCount() == null) {
            return otherwise;
        }
        if (durable.getOn() != null && durable.getOn().size() > MOST_REASONS) {
            problems.add(prefix + ".on", null,
                    "there must be at most " + MOST_REASONS + " plans by reason, got: " + durable.getOn().size(),
                    "Name a common superclass of the exceptions.");
            return otherwise;
        }
        RestartPolicy policy = plans.policyByReason(prefix, otherwise, durable, KEPT);
        plans.warnOf(prefix, policy, durable);
        return policy;
    }

    private @Nullable Integer prefetch(String property, @Nullable String text, @Nullable Integer otherwise) {
        if (text == null || text.isBlank()) {
            return otherwise;
        }
        String value = text.strip();
        if (value.equalsIgnoreCase(AUTO)) {
            return null;
        }
        if (value.matches("[0-9]{1,5}") && Integer.parseInt(value) <= MOST_PREFETCHED) {
            return Integer.valueOf(value);
        }
        problems.add(property, "prefetch must be auto or a number from 0 to " + MOST_PREFETCHED,
                "Use auto unless you have measured that another value is better.");
        return otherwise;
    }
}
