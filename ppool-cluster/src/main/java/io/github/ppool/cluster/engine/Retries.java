package io.github.ppool.cluster.engine;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The waits after failures in a row: doubling, with jitter, so that the nodes do not come back all at once. One thread.
 */
final class Retries {

    private static final long FIRST_NANOS = Duration.ofMillis(50).toNanos();
    private static final int MOST_DOUBLINGS = 20;

    private final long longestNanos;
    private int failures;

    Retries(Duration longest) {
        this.longestNanos = longest.toNanos();
    }

    /** Counts a failure, and returns the wait after it: half of it is random. */
    long failedNanos() {
        long full = Math.min(longestNanos, FIRST_NANOS << Math.min(failures, MOST_DOUBLINGS));
        failures++;
        return full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1);
    }

    void succeeded() {
        failures = 0;
    }

    int failures() {
        return failures;
    }
}
