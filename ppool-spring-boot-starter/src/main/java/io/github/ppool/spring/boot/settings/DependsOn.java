package io.github.ppool.spring.boot.settings;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Checks the dependencies between pools. */
public final class DependsOn {

    private DependsOn() {}

    /**
     * Checks the dependencies of all configured pools.
     *
     * @param properties the settings
     * @param otherPools names of pools that are not in the settings
     * @param problems gets the circles and the unknown names
     */
    public static void check(PpoolProperties properties, Set<String> otherPools, SettingProblems problems) {
        if (properties.getDefaults().getDependsOn() != null) {
            problems.add(
                    PoolNames.DEFAULTS + ".depends-on",
                    String.join(", ", properties.getDefaults().getDependsOn()),
                    "depends-on can't be said for all pools: they would depend on each other",
                    "Say it of the pools that hand work to others.");
        }
        Set<String> known = new TreeSet<>(properties.getPools().keySet());
        known.addAll(otherPools);
        Map<String, List<String>> dependsOn = new LinkedHashMap<>();
        for (Map.Entry<String, PoolProperties> pool : properties.getPools().entrySet()) {
            List<String> needed = pool.getValue().getDependsOn();
            if (needed != null) {
                dependsOn.put(pool.getKey(), needed);
                unknown(pool.getKey(), needed, known, problems);
            }
        }
        cycle(dependsOn, problems);
    }

    /**
     * Checks the dependencies of one pool that is started at run time.
     *
     * @param added the name of the pool
     * @param dependsOn the dependencies of each pool, by name
     * @param known the names of all pools
     * @param problems gets the circles and the unknown names
     */
    public static void check(
            String added, Map<String, List<String>> dependsOn, Set<String> known, SettingProblems problems) {
        unknown(added, dependsOn.getOrDefault(added, List.of()), known, problems);
        cycle(dependsOn, problems);
    }

    private static void cycle(Map<String, List<String>> dependsOn, SettingProblems problems) {
        List<String> cycle = new PoolOrder(dependsOn).cycle();
        if (!cycle.isEmpty()) {
            problems.add(
                    PoolNames.property(cycle.get(0)) + ".depends-on",
                    String.join(", ", dependsOn.getOrDefault(cycle.get(0), List.of())),
                    "pools depend on each other in a circle: " + String.join(" -> ", cycle),
                    "Take one of them out; the pool that is to stop first depends on the other.");
        }
    }

    private static void unknown(String pool, List<String> needed, Set<String> known, SettingProblems problems) {
        for (String name : needed) {
            if (!known.contains(name)) {
                problems.add(
                        PoolNames.property(pool) + ".depends-on",
                        name,
                        "there is no pool '" + name + "'",
                        Nearest.asked(name, known) + "These pools there are: " + String.join(", ", known) + ".");
            }
        }
    }
}
