package io.github.ppool.benchmarks.supervision;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Ten thousand children are killed at the same time; until all of them run again: time per child. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class Flood {

    private static final int CHILDREN = 10_000;

    /** The library of the supervision. */
    @Param
    public Keeper keeper = Keeper.PPOOL;

    @SuppressWarnings("NullAway.Init") // by open
    private Nursery nursery;

    /** Starts the children. */
    @Setup(Level.Iteration)
    public void open() throws Exception {
        nursery = keeper.open();
        nursery.prepareFlood(CHILDREN);
    }

    /** Ends them. */
    @TearDown(Level.Iteration)
    public void close() {
        nursery.close();
    }

    /** Kills them. */
    @Benchmark
    @OperationsPerInvocation(CHILDREN)
    public void restartFlood() throws Exception {
        Supervision.virtually(() -> {
            nursery.killAll();
            return true;
        });
    }
}
