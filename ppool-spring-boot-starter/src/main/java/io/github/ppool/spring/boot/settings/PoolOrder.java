package io.github.ppool.spring.boot.settings;

import io.github.ppool.spring.boot.PpoolPhases;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The dependencies between pools. A pool that depends on another starts after it and stops before it. A name that is
 * not among the pools has no effect.
 *
 * @param dependsOn the names that each pool depends on, by the name of the pool; must have no cycle except for
 *     {@link #cycle}
 */
public record PoolOrder(Map<String, List<String>> dependsOn) {

    /**
     * A path from a pool to itself, such as [a, b, a].
     *
     * @return the names; empty if there is no such path
     */
    public List<String> cycle() {
        for (String pool : dependsOn.keySet()) {
            List<String> way = wayTo(pool, pool, new LinkedHashSet<>());
            if (!way.isEmpty()) {
                return way;
            }
        }
        return List.of();
    }

    private List<String> wayTo(String goal, String from, Set<String> seen) {
        for (String next : dependsOn.getOrDefault(from, List.of())) {
            if (next.equals(goal)) {
                return List.of(from, goal);
            }
            if (seen.add(next)) {
                List<String> rest = wayTo(goal, next, seen);
                if (!rest.isEmpty()) {
                    List<String> way = new ArrayList<>(List.of(from));
                    way.addAll(rest);
                    return way;
                }
            }
        }
        return List.of();
    }

    /**
     * The same names, each after its dependencies.
     *
     * @param names names of pools
     * @return a new list
     */
    public List<String> dependenciesFirst(Collection<String> names) {
        Set<String> ordered = new LinkedHashSet<>();
        for (String name : names) {
            append(name, ordered, new LinkedHashSet<>());
        }
        ordered.retainAll(Set.copyOf(names));
        return List.copyOf(ordered);
    }

    private void append(String name, Set<String> ordered, Set<String> above) {
        if (above.add(name)) {
            for (String needed : dependsOn.getOrDefault(name, List.of())) {
                append(needed, ordered, above);
            }
            ordered.add(name);
        }
    }

    /**
     * The pools that depend directly on each pool. One call serves all pools, so that the stop of thousands of pools
     * looks at each dependency once.
     *
     * @return their names, by the name of the pool that they depend on; a new map without the pools that none depends
     *     on
     */
    public Map<String, List<String>> dependents() {
        Map<String, List<String>> dependents = new HashMap<>();
        for (Map.Entry<String, List<String>> pool : dependsOn.entrySet()) {
            for (String needed : Set.copyOf(pool.getValue())) {
                dependents.computeIfAbsent(needed, first -> new ArrayList<>()).add(pool.getKey());
            }
        }
        return dependents;
    }

    /**
     * The longest time that a pool and its dependencies take to close their workers one after the other.
     *
     * @param name the name of the pool
     * @param shutdown the shutdown time of a pool
     * @return the sum along the longest path
     */
    public Duration closing(String name, Function<String, Duration> shutdown) {
        Duration below = Duration.ZERO;
        for (String needed : dependsOn.getOrDefault(name, List.of())) {
            Duration one = closing(needed, shutdown);
            below = one.compareTo(below) > 0 ? one : below;
        }
        return PpoolPhases.limited(PpoolPhases.limited(shutdown.apply(name)).plus(below));
    }
}
