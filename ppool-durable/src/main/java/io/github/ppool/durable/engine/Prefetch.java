package io.github.ppool.durable.engine;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The number of tasks that are claimed beyond the free places, so that workers find one while the next claim is under
 * way, and a claim is worth its cost. One thread.
 */
final class Prefetch {

    /** The most tasks for each worker. */
    static final int MOST = 40;
    /** The time for which claimed tasks last at least: other nodes would not look for them sooner. */
    private static final double SHORTEST_NANOS = 50_000_000;

    /** The weight of the last measurement. */
    private static final double NEWS = 0.3;
    /** The time that the pool needs for a task beside the handler. */
    private static final double OVERHEAD_NANOS = 20_000;

    private final @Nullable Integer fixed;
    private double roundTripNanos;
    private double taskNanos;
    private long ended;
    private long ranNanos;

    Prefetch(@Nullable Integer fixed) {
        this.fixed = fixed;
    }

    /**
     * The formula: the tasks that all workers end within two round trips, or within 50 ms if that is longer. None if
     * that is less than one.
     *
     * @param rate the tasks that all workers end within a second
     * @param roundTrip the time of a claim
     * @param workers the number of workers
     * @return zero to {@link #MOST} for each worker
     */
    static int of(double rate, Duration roundTrip, int workers) {
        return (int) Math.min(rate * Math.max(2.0 * roundTrip.toNanos(), SHORTEST_NANOS) / 1e9,
                (double) MOST * workers);
    }

    /** Notes a claim that has found tasks. */
    void claimed(long tookNanos) {
        roundTripNanos = smoothed(roundTripNanos, tookNanos);
    }

    /**
     * Notes the sums of the ended attempts.
     *
     * @param newEnded the number of all attempts that have ended
     * @param newRanNanos the sum of their times
     */
    void ended(long newEnded, long newRanNanos) {
        if (newEnded > ended) {
            taskNanos = smoothed(taskNanos, Math.max(0, newRanNanos - ranNanos) / (double) (newEnded - ended)
                    + OVERHEAD_NANOS);
            ended = newEnded;
            ranNanos = newRanNanos;
        }
    }

    private static double smoothed(double before, double now) {
        return before == 0 ? now : before + NEWS * (now - before);
    }

    /** The number for a pool of so many workers. Automatic ones are zero until an attempt has ended. */
    int of(int workers) {
        if (fixed != null) {
            return fixed;
        }
        return taskNanos == 0 ? 0 : of(workers * 1e9 / taskNanos, Duration.ofNanos((long) roundTripNanos), workers);
    }
}
