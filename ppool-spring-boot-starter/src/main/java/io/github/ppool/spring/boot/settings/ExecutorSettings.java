package io.github.ppool.spring.boot.settings;

import org.jspecify.annotations.Nullable;

/** The pools and groups that are executors of Spring. */
public final class ExecutorSettings {

    private ExecutorSettings() {}

    /**
     * Tells if a pool is an executor.
     *
     * @param own the settings of the pool
     * @param defaults the settings for all pools
     * @return true if the pool, or else the defaults, say so
     */
    public static boolean isExecutor(PoolProperties own, PoolProperties defaults) {
        Boolean set = own.getExecutor() != null ? own.getExecutor() : defaults.getExecutor();
        return Boolean.TRUE.equals(set);
    }

    /**
     * Tells if a group is an executor. The settings for all pools do not count.
     *
     * @param group the settings of the group; null if there is no such group
     * @return true if the group says so
     */
    public static boolean isExecutor(PpoolProperties.@Nullable Group group) {
        return group != null && Boolean.TRUE.equals(group.executor());
    }

    /**
     * The name of the bean of the executor of a pool or a group.
     *
     * @param pool the name of the pool or the group
     * @return such as {@code myPoolExecutor} for my-pool
     */
    public static String beanName(String pool) {
        return PoolNames.camelCase(pool) + "Executor";
    }

    /**
     * Checks the executor of the application.
     *
     * @param properties the settings of all pools
     * @param problems gets the problem
     */
    public static void checkApplicationExecutor(PpoolProperties properties, SettingProblems problems) {
        String pool = properties.getApplicationExecutor();
        if (pool == null) {
            return;
        }
        String property = "ppool.application-executor";
        PoolProperties own = properties.getPools().get(pool);
        PpoolProperties.Group group = properties.getGroups().get(pool);
        if (own == null && group != null) {
            if (!isExecutor(group)) {
                problems.add(property, "the group '" + pool + "' is no executor",
                        "Set " + GroupReader.property(pool) + ".executor to true.");
            }
        } else if (own == null) {
            problems.add(property, "there is no pool named '" + pool + "' in the settings",
                    Nearest.asked(pool, properties.getPools().keySet())
                            + "Name a pool under ppool.pools, or remove the setting.");
        } else if (!isExecutor(own, properties.getDefaults())) {
            problems.add(property, "the pool '" + pool + "' is no executor",
                    "Set " + PoolNames.property(pool) + ".executor to true.");
        }
    }
}
