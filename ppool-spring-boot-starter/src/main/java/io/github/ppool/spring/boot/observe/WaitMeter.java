package io.github.ppool.spring.boot.observe;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * Collects the waits of borrowers while the history is kept. A borrower that waits is told of by the pool anyway, and
 * parks, so the entry does not count. Tasks are not told of here, because that would cost each of them. Any thread.
 */
public final class WaitMeter {

    private final ConcurrentHashMap<String, Recorder> recorders = new ConcurrentHashMap<>();
    private volatile boolean watching;

    /** Makes a meter that collects no waits yet. */
    public WaitMeter() {}

    /** Begins or ends the collection. The end drops all waits. */
    void watch(boolean on) {
        watching = on;
        if (!on) {
            recorders.clear();
        }
    }

    /** A borrower has its worker. On its thread. */
    void served(String pool, Duration waited) {
        if (watching) {
            recorders.computeIfAbsent(pool, unused -> new Recorder(Waits.DIGITS))
                    .recordValue(Math.clamp(waited.toNanos() / 1_000, 0, Waits.LONGEST_MICROS));
        }
    }

    /** The waits since the last call, in microseconds; null if no wait was collected. By one thread. */
    @Nullable
    Histogram take(String pool) {
        Recorder recorder = recorders.get(pool);
        return recorder == null ? null : recorder.getIntervalHistogram();
    }

    /** A pool is gone. */
    void forget(String pool) {
        recorders.remove(pool);
    }
}
