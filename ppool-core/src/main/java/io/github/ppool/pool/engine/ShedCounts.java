package io.github.ppool.pool.engine;

import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.ShedReason;

/** How many callers and tasks a pool has shed, by the reason. Guarded by the engine's lock. */
final class ShedCounts {

    private final long[] counts = new long[ShedReason.values().length];

    void add(ShedReason reason) {
        counts[reason.ordinal()]++;
    }

    PoolStatus.Shed snapshot() {
        return new PoolStatus.Shed(counts[ShedReason.NEWEST.ordinal()], counts[ShedReason.OLDEST.ordinal()],
                counts[ShedReason.DEADLINE.ordinal()], counts[ShedReason.MAX_WAIT.ordinal()]);
    }
}
