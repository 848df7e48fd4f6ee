package io.github.ppool.restart;

import java.time.Duration;
import java.util.Arrays;

/**
 * The recent restarts of one supervisor: OTP's {@code add_restart}.
 *
 * <p>A restart is allowed if at most {@code intensity} restarts, this one included, lie within the last {@code period}.
 * A restart that is exactly as old as the period still counts. OTP counts in whole seconds, so there a restart up to a
 * second older than the period may count as well. This class counts in nanoseconds, so a supervisor never gives up
 * while OTP's would go on.
 *
 * <p>Each restart costs O(1) amortised. At most {@code intensity + 1} times are kept, because older ones can't change
 * the answer. Memory grows only with actual restarts.
 *
 * <p>Not thread-safe: it belongs to the supervisor's process.
 */
public final class RestartWindow {
    private static final int FIRST_CAPACITY = 4;
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    private final int intensity;
    private final long periodNanos;
    // A ring: the oldest time is at `oldest`, the others follow it and wrap around.
    private long[] times = {};
    private int oldest;
    private int size;

    RestartWindow(int intensity, Duration period) {
        this.intensity = intensity;
        this.periodNanos = period.toNanos();
    }

    /**
     * Counts a restart and decides about it. A refused restart is counted too.
     *
     * @param nowNanos the monotonic time of the restart; not earlier than that of the one before
     * @return true if the restart is allowed; false if the supervisor gives up
     */
    public boolean allows(long nowNanos) {
        while (size > 0 && nowNanos - times[oldest] > periodNanos) {
            dropOldest();
        }
        if (size > intensity || size == LARGEST_ARRAY) {
            dropOldest();
        }
        if (size == times.length) {
            grow();
        }
        times[(int) (((long) oldest + size) % times.length)] = nowNanos;
        size++;
        return size <= intensity;
    }

    /**
     * Returns the number of restarts within the period when the last one was counted.
     *
     * @return at most intensity + 1
     */
    public int size() {
        return size;
    }

    private void dropOldest() {
        oldest = oldest + 1 == times.length ? 0 : oldest + 1;
        size--;
    }

    private void grow() {
        long wanted = Math.max(FIRST_CAPACITY, 2L * times.length);
        long most = Math.min(intensity + 1L, LARGEST_ARRAY);
        long[] grown = Arrays.copyOf(times, (int) Math.min(wanted, most));
        // The part before the oldest one moves behind the others.
        System.arraycopy(times, oldest, grown, 0, times.length - oldest);
        System.arraycopy(times, 0, grown, times.length - oldest, oldest);
        times = grown;
        oldest = 0;
    }

    @Override
    public String toString() {
        return size + " restarts counted, " + intensity + " allowed";
    }
}
