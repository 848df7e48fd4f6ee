package io.github.ppool.benchmarks.supervision;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One of a thousand children of a one_for_all is killed; until all of them run again. Beside OTP's; Pekko has no such
 * strategy.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@State(Scope.Benchmark)
public class OneForAll {

    private static final int CHILDREN = 1_000;

    @SuppressWarnings("NullAway.Init") // by open
    private PpoolNursery nursery;

    /** Starts the children. */
    @Setup(Level.Iteration)
    public void open() throws Exception {
        nursery = new PpoolNursery();
        nursery.prepareOneForAll(CHILDREN);
    }

    /** Ends them. */
    @TearDown(Level.Iteration)
    public void close() {
        nursery.close();
    }

    /** Kills the first. */
    @Benchmark
    public void restartThousand() throws Exception {
        Supervision.virtually(() -> {
            nursery.killOne();
            return true;
        });
    }
}
