package io.github.ppool.pool.engine;

import io.github.ppool.pool.PoolClient;

/** The keys that a pool remembers, for tests. */
public final class KeysOf {

    private KeysOf() {}

    /** The number of keys that the pool knows; each costs memory. */
    public static int count(PoolClient<?> pool) {
        if (pool instanceof EngineGroup<?> group) {
            return countOf(group.desk().line);
        }
        PoolEngine<?> engine = EngineInvariants.engineOf(pool);
        return engine.core.underLock(() -> engine.core.keys.size());
    }

    private static int countOf(GroupLine<?> line) {
        line.lock();
        try {
            return line.keys.size();
        } finally {
            line.unlock();
        }
    }
}
