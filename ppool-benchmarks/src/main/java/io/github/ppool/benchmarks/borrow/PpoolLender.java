package io.github.ppool.benchmarks.borrow;

import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStrategy;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** ppool as the starter configures it, but for the numbers. */
final class PpoolLender implements Lender {

    private final ProcessSystem system = new ProcessSystem();
    private final Pools pools;
    private final PoolClient<Borrowed> pool;

    PpoolLender(int size, PoolStrategy strategy, boolean leakDetection) throws InterruptedException {
        pools = Pools.start(system);
        pool = pools.startPool(PoolSpec.builder("lender", Borrowed::new)
                .size(size)
                .maxOverflow(0)
                .strategy(strategy)
                .leakDetection(leakDetection)
                .queueCapacity(100_000)
                .checkoutTimeout(PATIENCE)
                .build());
        while (pool.status().available() < size) {
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
    }

    @Override
    public Object borrow() {
        return pool.checkout();
    }

    @Override
    public Borrowed object(Object handle) {
        return (Borrowed) ((Lease<?>) handle).worker();
    }

    @Override
    public void giveBack(Object handle) {
        ((Lease<?>) handle).close();
    }

    @Override
    public void close() {
        pools.close();
        system.close();
    }
}
