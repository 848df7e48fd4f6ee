package io.github.ppool.benchmarks.starter;

import io.github.ppool.benchmarks.borrow.Borrowed;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ProcessSystem;

/** The same pool without Spring: the share of ppool-core alone. */
final class Core implements AutoCloseable {

    private final ProcessSystem system = new ProcessSystem();
    private final Pools pools;
    private final PoolClient<Borrowed> pool;

    Core() throws InterruptedException {
        pools = Pools.start(system);
        pool = pools.startPool(PoolSpec.builder("office", Borrowed::new)
                .size(Application.WORKERS)
                .maxOverflow(0)
                .queueCapacity(Application.CAPACITY)
                .build());
        Application.awaitWorkers(pool);
    }

    PoolClient<Borrowed> pool() {
        return pool;
    }

    @Override
    public void close() {
        pools.close();
        system.close();
    }
}
