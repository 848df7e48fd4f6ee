package io.github.ppool.pool.engine;

import io.github.ppool.pool.TaskWaits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts waits in classes: one for each millisecond up to seven, then four for each doubling. Written under the
 * engine's lock by processes that begin with a task, while an observer looks.
 */
final class WaitClasses {

    private static final long MILLI = 1_000_000;
    private static final int STEPS = 4;
    private static final int FIRST_BIT = 3;
    private static final int MOST = 1 << FIRST_BIT;
    /** The last class has all that is longer than half an hour or so. */
    private static final int LAST = MOST + STEPS * 19 - 1;

    private final long[] counts = new long[LAST + 1];

    void count(long nanos) {
        counts[indexOf(nanos)]++;
    }

    static int indexOf(long nanos) {
        long millis = Math.max(0, nanos / MILLI);
        if (millis < MOST) {
            return (int) millis;
        }
        int bit = Long.SIZE - 1 - Long.numberOfLeadingZeros(millis);
        int step = (int) (millis >>> (bit - 2)) & (STEPS - 1);
        return Math.min(LAST, MOST + (bit - FIRST_BIT) * STEPS + step);
    }

    /** The middle of a class in nanoseconds. */
    static long aboutNanos(int index) {
        if (index < MOST) {
            return index * MILLI;
        }
        int bit = (index - MOST) / STEPS + FIRST_BIT;
        long width = 1L << (bit - 2);
        long from = (1L << bit) + (index - MOST) % STEPS * width;
        return from * MILLI + width * MILLI / 2;
    }

    /** The counts by now. */
    TaskWaits snapshot() {
        List<TaskWaits.Group> groups = new ArrayList<>();
        for (int index = 0; index <= LAST; index++) {
            if (counts[index] > 0) {
                groups.add(new TaskWaits.Group(Duration.ofNanos(aboutNanos(index)), counts[index]));
            }
        }
        return new TaskWaits(groups);
    }
}
