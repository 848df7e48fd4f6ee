package io.github.ppool.spring.boot.observe;

import io.github.ppool.pool.PoolListener;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * Collects the waits of borrowers while the history is kept. A borrower that waits is told of by the pool anyway, and
 * parks, so the entry does not count. Tasks are not told of here, because that would cost each of them.
 */
public final class WaitMeter implements PoolListener {

    private final ConcurrentHashMap<String, Recorder> recorders = new ConcurrentHashMap<>();
    private volatile boolean watching;

    /** Makes a meter that collects nothing yet. */
    public WaitMeter() {}

    /** Begins or ends the collection. The end drops everything. */
    void watch(boolean on) {
        watching = on;
        if (!on) {
            recorders.clear();
        }
    }

    @Override
    public void served(String pool, Duration waited) {
        if (watching) {
            recorders.computeIfAbsent(pool, unused -> new Recorder(Waits.DIGITS))
                    .recordValue(Math.clamp(waited.toNanos() / 1_000, 0, Waits.LONGEST_MICROS));
        }
    }

    /** The waits since the last call, in microseconds; null if nothing was collected. By one thread. */
    @Nullable
    Histogram take(String pool) {
        Recorder recorder = recorders.get(pool);
        return recorder == null ? null : recorder.getIntervalHistogram();
    }

    /** A pool is gone. */
    void forget(String pool) {
        recorders.remove(pool);
    }

    /** False: the waits of tasks are taken from sums. */
    @Override
    public boolean wantsTaskTimes() {
        return false;
    }

    /** False, stated here because a native image can't find it out by reflection. */
    @Override
    public boolean wantsTaskEnds() {
        return false;
    }
}
