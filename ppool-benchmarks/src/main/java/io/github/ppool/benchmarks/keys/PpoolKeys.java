package io.github.ppool.benchmarks.keys;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** ppool with a key for each task; a view of the pool is made for each, as applications do it. */
final class PpoolKeys implements KeyedOffice {

    private final ProcessSystem system = new ProcessSystem();
    private final Pools pools;
    private final PoolClient<Object> pool;

    PpoolKeys() throws InterruptedException {
        pools = Pools.start(system);
        pool = pools.startPool(PoolSpec.builder("office", Object::new)
                .size(LIMIT)
                .maxOverflow(0)
                .queueCapacity(CAPACITY)
                .build());
        while (pool.status().available() < LIMIT) {
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
    }

    @Override
    public void handOver(Integer key, Runnable task) {
        pool.tasks(TaskOptions.key(key)).asyncQueue(worker -> task.run());
    }

    @Override
    public void close() {
        pools.close();
        system.close();
    }
}
