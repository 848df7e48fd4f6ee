package io.github.ppool.benchmarks.growth;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.Task;
import io.github.ppool.process.ProcessSystem;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One task more joins a queue of one to a million, and leaves it again: the only worker is busy all the time. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class QueueGrowth {

    /** How many are in the queue. */
    @Param({"1", "1000", "1000000"})
    public int queued;

    private final ProcessSystem system = new ProcessSystem();
    private final CountDownLatch end = new CountDownLatch(1);

    @SuppressWarnings("NullAway.Init") // by open
    private Pools pools;

    @SuppressWarnings("NullAway.Init") // by open
    private PoolClient<Object> pool;

    /** Starts the pool, keeps its worker busy and fills the queue. */
    @Setup
    public void open() throws InterruptedException {
        pools = Pools.start(system);
        pool = pools.startPool(PoolSpec.builder("growth", Object::new)
                .size(1)
                .maxOverflow(0)
                .queueCapacity(queued + 1)
                .build());
        Task<?> busy = pool.syncQueue(worker -> end.await());
        if (busy.state().isFinal()) {
            throw new IllegalStateException("the worker is not busy: " + busy);
        }
        for (int i = 0; i < queued; i++) {
            pool.asyncQueue(worker -> {});
        }
    }

    /** Stops it. */
    @TearDown
    public void close() {
        end.countDown();
        pools.close();
        system.close();
    }

    /** One at a time. */
    @Benchmark
    public boolean joinAndLeave() {
        return pool.asyncQueue(worker -> {}).cancel();
    }
}
