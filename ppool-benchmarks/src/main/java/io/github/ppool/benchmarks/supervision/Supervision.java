package io.github.ppool.benchmarks.supervision;

import io.github.ppool.benchmarks.Told;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
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

/** Starting, ending and restarting children, driven from a virtual thread: time per child. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class Supervision {

    private static final int COME_AND_GO = 20_000;
    private static final int RESTARTS = 10_000;
    private static final int FIRST = 100;

    /** The library of the supervision. */
    @Param
    public Keeper keeper = Keeper.PPOOL;

    @SuppressWarnings("NullAway.Init") // by open
    private Nursery nursery;

    /** Opens the nursery, anew for each iteration: the history of restarts is then empty. */
    @Setup(Level.Iteration)
    public void open() throws Exception {
        nursery = keeper.open();
    }

    /** Closes it. */
    @TearDown(Level.Iteration)
    public void close() {
        nursery.close();
    }

    /** A child is started and ended, then the next. */
    @Benchmark
    @OperationsPerInvocation(COME_AND_GO)
    public void startAndEnd() throws Exception {
        virtually(() -> {
            nursery.startAndEnd(COME_AND_GO);
            return true;
        });
    }

    /** A child is killed and restarted, ten thousand times within the supervisor's period. */
    @Benchmark
    @OperationsPerInvocation(RESTARTS)
    public void restartOneByOne() throws Exception {
        long[] nanos = virtually(() -> nursery.killOneByOne(RESTARTS));
        Told.tell("first100", LongStream.of(nanos).limit(FIRST).average().orElseThrow(), "ns/op");
        Told.tell("last100", LongStream.of(nanos).skip(RESTARTS - FIRST).average().orElseThrow(), "ns/op");
        Told.tell("p99", LongStream.of(nanos).sorted().skip(RESTARTS / 100 * 99).findFirst().orElseThrow(), "ns/op");
        Told.tell("longest", LongStream.of(nanos).max().orElseThrow(), "ns/op");
        Told.tell("median", LongStream.of(nanos).sorted().skip(RESTARTS / 2).findFirst().orElseThrow(), "ns/op");
    }

    /** Runs on a virtual thread: a platform thread pays tens of microseconds for each time that it is woken by one. */
    static <T> T virtually(Callable<T> what) throws Exception {
        FutureTask<T> run = new FutureTask<>(what);
        Thread.startVirtualThread(run);
        return run.get();
    }
}
