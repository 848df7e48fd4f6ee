package io.github.ppool.benchmarks.starter;

import io.github.ppool.benchmarks.Memory;
import io.github.ppool.benchmarks.Told;
import io.github.ppool.pool.PoolClient;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Very many idle pools: starting and stopping them, and the memory of each. {@link Told} reports all values; JMH's own
 * score has no meaning here.
 */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class PoolsCrowd {

    /** The library of the pools. */
    @Param
    public Starting starting = Starting.PPOOL_STARTER;

    /** How many. */
    @Param({"1000", "10000"})
    public int pools;

    /** Once around. */
    @Benchmark
    public void startIdleClose() throws Exception {
        Memory before = ManyPools.before(starting);
        long from = System.nanoTime();
        ManyPools started = starting.start(pools);
        tellMillis("start", from);
        for (PoolClient<?> client : started.clients()) {
            while (client.status().available() < ManyPools.SIZE) {
                LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
            }
        }
        tellMillis("ready", from);
        Memory after = Memory.now();
        Told.tell("heap", (double) (after.heapBytes() - before.heapBytes()) / pools, "B");
        if (before.residentBytes() >= 0) {
            Told.tell("resident", (double) (after.residentBytes() - before.residentBytes()) / pools, "B");
        }
        from = System.nanoTime();
        started.close();
        tellMillis("close", from);
    }

    private static void tellMillis(String name, long from) {
        Told.tell(name, (System.nanoTime() - from) / 1e6, "ms");
    }
}
