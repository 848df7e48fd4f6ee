package io.github.ppool.benchmarks.handover;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/** ppool by one of its three calls. */
final class PpoolOffice implements Office {

    private final ProcessSystem system = new ProcessSystem();
    private final Pools pools;
    private final PoolClient<Object> pool;
    private final BiConsumer<PoolClient<Object>, Runnable> call;

    PpoolOffice(BiConsumer<PoolClient<Object>, Runnable> call) throws InterruptedException {
        this.call = call;
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

    static void asyncQueue(PoolClient<Object> pool, Runnable task) {
        pool.asyncQueue(worker -> task.run());
    }

    static void syncQueue(PoolClient<Object> pool, Runnable task) {
        pool.syncQueue(worker -> task.run());
    }

    static void run(PoolClient<Object> pool, Runnable task) {
        if (pool.run(worker -> task.run()).isEmpty()) {
            throw new IllegalStateException("no worker is free");
        }
    }

    @Override
    public void handOver(Runnable task) {
        call.accept(pool, task);
    }

    @Override
    public void close() {
        pools.close();
        system.close();
    }
}
