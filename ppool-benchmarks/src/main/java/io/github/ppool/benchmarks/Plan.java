package io.github.ppool.benchmarks;

import java.util.stream.Stream;

/** How thoroughly. */
enum Plan {
    /** Whether all parts run; the numbers have no meaning. */
    SMOKE(1, 1, 100, 1, 100),
    /** Five minutes: a few cells beside the published ones, see {@link Guard}. */
    GUARD(2, 1, 300, 2, 200),
    /** About an hour: ratios of 1.3 and more can be told from noise. */
    COMPACT(3, 1, 300, 2, 200),
    /** Some hours. */
    FULL(5, 4, 1000, 4, 1000);

    /** How often all peers take their turns, each time in new JVMs. */
    final int rounds;
    final int warmups;
    final int warmupMillis;
    final int iterations;
    final int millis;

    Plan(int rounds, int warmups, int warmupMillis, int iterations, int millis) {
        this.rounds = rounds;
        this.warmups = warmups;
        this.warmupMillis = warmupMillis;
        this.iterations = iterations;
        this.millis = millis;
    }

    /**
     * The plan of a name.
     *
     * @throws IllegalArgumentException if there is none; the message has the names
     */
    static Plan of(String name) {
        return Stream.of(values())
                .filter(plan -> Part.spoken(plan.name()).equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the plan must be none or one of "
                        + Stream.of(values()).map(plan -> Part.spoken(plan.name())).toList() + ", got: " + name));
    }

    /** Times for cells that have no goal, or change little. */
    int fewerRounds() {
        return Math.min(2, rounds);
    }

    boolean isSmoke() {
        return this == SMOKE;
    }
}
