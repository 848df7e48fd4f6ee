package io.github.ppool.cluster.engine;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The waits after failures in a row: doubling from 50 ms on, with jitter, so that the nodes do not come back all at
 * once. One thread.
 */
public final class Retries {

    private static final long FIRST_NANOS = Duration.ofMillis(50).toNanos();
    private static final int MOST_DOUBLINGS = 20;

    private final long longestNanos;
    private int failures;

    /**
     * No failure yet.
     *
     * @param longest the longest wait
     */
    public Retries(Duration longest) {
        this.longestNanos = longest.toNanos();
    }

    /**
     * Counts a failure.
     *
     * @return the wait after it, in nanoseconds; half of it is random
     */
    public long failedNanos() {
        long full = Math.min(longestNanos, FIRST_NANOS << Math.min(failures, MOST_DOUBLINGS));
        failures++;
        return full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1);
    }

    /** Ends the row of failures. */
    public void succeeded() {
        failures = 0;
    }

    /** {@return the number of failures in a row} */
    public int failures() {
        return failures;
    }
}
