package io.github.ppool.benchmarks.starter;

import io.github.ppool.benchmarks.ClassPath;
import java.util.List;
import java.util.stream.Stream;

/** Starters with a measured start, and the same application without each of them. */
public enum Beginner {
    /** Three pools of five workers. */
    PPOOL(pools("ppool.pools.%s.worker=builders", "ppool.pools.%s.size=5"), List.of("ppool.enabled=false")) {
        @Override
        ClassPath classPath(ClassPath whole, boolean with) {
            return whole.ofApplication();
        }
    },
    /** Three bulkheads of five threads. */
    RESILIENCE4J(
            pools("resilience4j.thread-pool-bulkhead.instances.%s.core-thread-pool-size=5",
                    "resilience4j.thread-pool-bulkhead.instances.%s.max-thread-pool-size=5"),
            List.of()) {
        @Override
        ClassPath classPath(ClassPath whole, boolean with) {
            return with ? whole.ofResilientApplication() : whole.ofApplication();
        }
    };

    private final List<String> with;
    private final List<String> without;

    Beginner(List<String> with, List<String> without) {
        this.with = with;
        this.without = without;
    }

    abstract ClassPath classPath(ClassPath whole, boolean with);

    /** Settings of the application, with the starter and without it. */
    List<String> always() {
        return this == PPOOL ? List.of() : List.of("ppool.enabled=false");
    }

    List<String> settings(boolean withIt) {
        return Stream.of(always(), with, withIt ? List.<String>of() : without)
                .flatMap(List::stream)
                .map(setting -> "--" + setting)
                .toList();
    }

    private static List<String> pools(String... settings) {
        return List.of("a", "b", "c").stream()
                .flatMap(name -> List.of(settings).stream().map(setting -> setting.formatted(name)))
                .toList();
    }
}
