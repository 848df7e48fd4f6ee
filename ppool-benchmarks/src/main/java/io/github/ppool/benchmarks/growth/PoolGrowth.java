package io.github.ppool.benchmarks.growth;

import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStrategy;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Borrow and give back in pools of ten to a hundred thousand idle workers. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class PoolGrowth {

    /** How many. */
    @Param({"10", "1000", "100000"})
    public int workers;

    /** Which worker is lent. */
    @Param
    public PoolStrategy strategy = PoolStrategy.LIFO;

    private final ProcessSystem system = new ProcessSystem();

    @SuppressWarnings("NullAway.Init") // by open
    private Pools pools;

    @SuppressWarnings("NullAway.Init") // by open
    private PoolClient<Object> pool;

    /** Starts the pool. */
    @Setup
    public void open() throws InterruptedException {
        pools = Pools.start(system);
        pool = pools.startPool(PoolSpec.builder("growth", Object::new)
                .size(workers)
                .maxOverflow(0)
                .strategy(strategy)
                .build());
        while (pool.status().available() < workers) {
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    /** Stops it. */
    @TearDown
    public void close() {
        pools.close();
        system.close();
    }

    /** One at a time. */
    @Benchmark
    public Object borrowGiveBack() {
        try (Lease<Object> lease = pool.checkout()) {
            return lease.worker();
        }
    }
}
