package io.github.ppool.pool.engine;

import io.github.ppool.pool.PoolClient;
import java.util.Objects;

/** The hand-outs that a pool remembers because they may overrun, for tests. */
public final class OverrunsOf {

    private OverrunsOf() {}

    /** The number of hand-outs that are kept in memory. */
    public static int watched(PoolClient<?> pool) {
        PoolEngine<?> engine = EngineInvariants.engineOf(pool);
        return engine.core.underLock(() -> Objects.requireNonNull(engine.overruns).watched());
    }
}
