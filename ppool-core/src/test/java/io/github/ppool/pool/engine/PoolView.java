package io.github.ppool.pool.engine;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.process.Pid;
import java.util.List;

/** The view that tests have of a pool beyond its public API. */
public final class PoolView {

    private PoolView() {}

    /** The processes of the idle workers, the one first that has been idle longest. */
    public static List<Pid> idleOldestFirst(PoolClient<?> pool) {
        return EngineInvariants.engineOf(pool).snapshots.idleOldestFirst();
    }
}
