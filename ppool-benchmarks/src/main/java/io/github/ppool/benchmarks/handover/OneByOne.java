package io.github.ppool.benchmarks.handover;

import io.github.ppool.benchmarks.Allocation;
import io.github.ppool.benchmarks.Told;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Trivial tasks, each handed over when the one before has run, so that all ten workers are free; how long each took
 * from there to back is told by {@link Told}, and JMH's own score has no meaning.
 */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class OneByOne {

    private static final int BY_VIRTUAL = 40_000;
    private static final int BY_PLATFORM = 5_000;

    /** The receiver of the tasks. */
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
    public void oneByOne() throws Exception {
        int tasks = virtualSubmitter ? BY_VIRTUAL : BY_PLATFORM;
        Histogram waits = new Histogram(1, 60_000_000_000L, 2);
        long allocated = Allocation.bytes();
        HandOver.by(virtualSubmitter, () -> {
            Thread submitter = Thread.currentThread();
            AtomicInteger left = new AtomicInteger();
            Runnable task = () -> {
                left.set(0);
                LockSupport.unpark(submitter);
            };
            long before = System.nanoTime();
            for (int i = 0; i < tasks; i++) {
                left.set(1);
                office.handOver(task);
                HandOver.awaitZero(left);
                long now = System.nanoTime();
                waits.recordValue(now - before);
                before = now;
            }
        });
        Told.tell("allocated", (double) (Allocation.bytes() - allocated) / tasks, "B/op");
        Told.tell("task", waits.getMean(), "ns/op");
        Told.tellWaits(waits);
    }
}
