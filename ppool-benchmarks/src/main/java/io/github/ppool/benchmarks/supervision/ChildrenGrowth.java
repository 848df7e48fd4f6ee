package io.github.ppool.benchmarks.supervision;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One child more is started and ended beside one to a million others of the same supervisor. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class ChildrenGrowth {

    private static final int TIMES = 10_000;

    /** How many others. */
    @Param({"1", "1000", "100000", "1000000"})
    public int children;

    @SuppressWarnings("NullAway.Init") // by open
    private PpoolNursery nursery;

    /** Starts the others. */
    @Setup
    public void open() throws Exception {
        nursery = new PpoolNursery();
        nursery.startMany(children);
    }

    /** Ends them. */
    @TearDown
    public void close() {
        nursery.close();
    }

    /** One after the other. */
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void startAndEnd() throws Exception {
        Supervision.virtually(() -> {
            nursery.startAndEndAmongMany(TIMES);
            return true;
        });
    }
}
