package io.github.ppool.benchmarks.handover;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
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

/** Trivial tasks, each handed over when the one before has run, so that all ten workers are free: time per task. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class OneByOne {

    private static final int TASKS = 20_000;

    /** To whom. */
    @Param
    public Way way = Way.PPOOL_RUN;

    /** Whether the thread that hands over is virtual. */
    @Param({"false", "true"})
    public boolean virtualSubmitter;

    @SuppressWarnings("NullAway.Init") // by open
    private Office office;

    /** Opens the office. */
    @Setup
    public void open() throws Exception {
        office = way.open();
    }

    /** Closes it. */
    @TearDown
    public void close() {
        office.close();
    }

    /** There and back. */
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public void oneByOne() throws Exception {
        HandOver.by(virtualSubmitter, () -> {
            Thread submitter = Thread.currentThread();
            AtomicInteger left = new AtomicInteger();
            Runnable task = () -> {
                left.set(0);
                LockSupport.unpark(submitter);
            };
            for (int i = 0; i < TASKS; i++) {
                left.set(1);
                office.handOver(task);
                HandOver.awaitZero(left);
            }
        });
    }
}
