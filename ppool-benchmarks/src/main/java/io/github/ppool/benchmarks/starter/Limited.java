package io.github.ppool.benchmarks.starter;

import io.github.ppool.benchmarks.Told;
import io.github.ppool.benchmarks.borrow.Borrowed;
import io.github.ppool.pool.PoolClient;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Two pools of one application with the same settings, of which one has a limit over the cluster. They are used by
 * turns, in slices of some hundredths of a second. Two JVMs of the same application differ by more than the limit can
 * cost. {@link Told} tells the time of an operation without the limit and with it.
 */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class Limited {

    private static final int TURNS = 20;
    private static final long SLICE_NANOS = 50_000_000L;

    /** Which work. */
    @Param
    public Observed.Use use = Observed.Use.TASKS;

    @SuppressWarnings("NullAway.Init") // by open
    private Application application;
    @SuppressWarnings("NullAway.Init") // by open
    private PoolClient<Borrowed> without;
    @SuppressWarnings("NullAway.Init") // by open
    private PoolClient<Borrowed> with;

    /** Starts the application. */
    @Setup
    public void open() {
        application = new Application(Setting.CLUSTER_BOTH);
        without = application.pool();
        with = application.limited();
    }

    /** Closes it. */
    @TearDown
    public void close() {
        application.close();
    }

    /** Without, with, with, without, again and again: a drift hits both alike. */
    @Benchmark
    public void alternate() throws Exception {
        double off = 0;
        double on = 0;
        for (int turn = 0; turn < TURNS; turn++) {
            off += slice(without);
            on += slice(with);
            on += slice(with);
            off += slice(without);
        }
        Told.tell("off", off / (2 * TURNS), "ns/op");
        Told.tell("on", on / (2 * TURNS), "ns/op");
        Told.tell("ratio", off / on, "x");
    }

    /** Nanoseconds of an operation. */
    private double slice(PoolClient<Borrowed> pool) throws Exception {
        long from = System.nanoTime();
        long operations = 0;
        long passed;
        do {
            operations += use.burst(pool);
            passed = System.nanoTime() - from;
        } while (passed < SLICE_NANOS);
        return (double) passed / operations;
    }
}
