package io.github.ppool.benchmarks.starter;

import io.github.ppool.benchmarks.Allocation;
import io.github.ppool.benchmarks.Told;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Trivial tasks that a platform thread hands over, from the first until the last has run. Time and bytes per task are
 * told by {@link Told}, and JMH's own score has no meaning.
 */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class StarterQueue {

    private static final int TASKS = 300_000;

    /** To which of them. */
    @Param
    public Taker taker = Taker.PPOOL_STARTER;

    /** In which application. */
    @Param("DEFAULTS")
    public Setting setting = Setting.DEFAULTS;

    @SuppressWarnings("NullAway.Init") // by open
    private Desk desk;

    /** Starts the application. */
    @Setup
    public void open() throws InterruptedException {
        desk = taker.open(setting);
    }

    /** Closes it. */
    @TearDown
    public void close() {
        desk.close();
    }

    /** All at once: the queue is as long as it may get. */
    @Benchmark
    public void tasks() {
        Thread submitter = Thread.currentThread();
        AtomicInteger left = new AtomicInteger(TASKS);
        Runnable task = () -> {
            if (left.decrementAndGet() == 0) {
                LockSupport.unpark(submitter);
            }
        };
        long allocated = Allocation.bytes();
        long from = System.nanoTime();
        for (int i = 0; i < TASKS; i++) {
            desk.handOver(task);
        }
        while (left.get() != 0) {
            LockSupport.park(left);
        }
        Told.tell("task", (double) (System.nanoTime() - from) / TASKS, "ns/op");
        Told.tell("allocated", (double) (Allocation.bytes() - allocated) / TASKS, "B/op");
    }
}
