package io.github.ppool.benchmarks;

/** How thoroughly. */
enum Plan {
    /** Whether everything runs; the numbers mean nothing. */
    SMOKE(1, 1, 100, 1, 100),
    /** A quarter of an hour: ratios of 1.3 and more can be told from noise. */
    COMPACT(1, 2, 500, 3, 300),
    /** Some hours. */
    FULL(3, 5, 1000, 5, 1000);

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
}
