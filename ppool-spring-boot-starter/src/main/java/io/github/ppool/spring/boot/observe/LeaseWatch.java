package io.github.ppool.spring.boot.observe;

import io.github.ppool.pool.PoolInspection;
import io.github.ppool.pool.PoolInspection.Activity;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Remembers since when observers have seen a worker in one lease or one state. For the pools that were looked at last.
 * Any thread.
 */
final class LeaseWatch {

    /** The most pools that are remembered. */
    static final int MOST_POOLS = 16;

    private final ReentrantLock lock = new ReentrantLock();
    // guarded by the lock; the pool that was looked at last is the last
    private final LinkedHashMap<String, Map<String, Seen>> pools = new LinkedHashMap<>();

    private record Seen(long lease, Activity activity, long sinceNanos) {}

    /**
     * Notes the workers of a pool.
     *
     * @return the time since each worker was first seen as it is, by its child id
     */
    Map<String, Long> sinceMillis(String pool, PoolInspection inspection, long nowNanos) {
        lock.lock();
        try {
            Map<String, Seen> before = pools.remove(pool);
            Map<String, Seen> now = new HashMap<>();
            Map<String, Long> since = new HashMap<>();
            for (PoolInspection.Worker worker : inspection.workers()) {
                Seen seen = seen(before, worker, nowNanos);
                now.put(worker.child(), seen);
                if (nowNanos != seen.sinceNanos) {
                    since.put(worker.child(), (nowNanos - seen.sinceNanos) / 1_000_000);
                }
            }
            pools.putLast(pool, now);
            if (pools.size() > MOST_POOLS) {
                pools.pollFirstEntry();
            }
            return since;
        } finally {
            lock.unlock();
        }
    }

    private static Seen seen(@Nullable Map<String, Seen> before, PoolInspection.Worker worker, long nowNanos) {
        Seen known = before == null ? null : before.get(worker.child());
        return known != null && known.lease == worker.lease() && known.activity == worker.activity()
                ? known
                : new Seen(worker.lease(), worker.activity(), nowNanos);
    }
}
