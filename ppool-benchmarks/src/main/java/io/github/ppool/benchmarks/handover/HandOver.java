package io.github.ppool.benchmarks.handover;

import io.github.ppool.benchmarks.Allocation;
import io.github.ppool.benchmarks.Told;
import java.util.concurrent.FutureTask;
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
 * A million trivial tasks, from the first that is handed over until the last has run; time and bytes per task are told
 * by {@link Told}, and JMH's own score has no meaning. Where each task costs a platform thread a wake-up, of some 60
 * microseconds, fewer are handed over.
 */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class HandOver {

    private static final int MANY = 1_000_000;
    private static final int FEWER = 20_000;

    /** The receiver of the tasks. */
    @Param
    public Way way = Way.PPOOL_ASYNC_QUEUE;

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

    /** All at once: the queue is as long as it may get. */
    @Benchmark
    public void aMillion() throws Exception {
        int tasks = way == Way.PPOOL_SYNC_QUEUE && !virtualSubmitter ? FEWER : MANY;
        long allocated = Allocation.bytes();
        long from = System.nanoTime();
        by(virtualSubmitter, () -> {
            Thread submitter = Thread.currentThread();
            AtomicInteger left = new AtomicInteger(tasks);
            Runnable task = () -> {
                if (left.decrementAndGet() == 0) {
                    LockSupport.unpark(submitter);
                }
            };
            for (int i = 0; i < tasks; i++) {
                office.handOver(task);
            }
            awaitZero(left);
        });
        Told.tell("task", (double) (System.nanoTime() - from) / tasks, "ns/op");
        Told.tell("allocated", (double) (Allocation.bytes() - allocated) / tasks, "B/op");
    }

    static void awaitZero(AtomicInteger left) {
        while (left.get() != 0) {
            LockSupport.park(left);
        }
    }

    interface Submission {
        void submit() throws Exception;
    }

    /** Runs it on this thread or on a virtual one. */
    static void by(boolean virtualSubmitter, Submission submission) throws Exception {
        if (!virtualSubmitter) {
            submission.submit();
            return;
        }
        FutureTask<Boolean> run = new FutureTask<>(() -> {
            submission.submit();
            return true;
        });
        Thread.startVirtualThread(run);
        run.get();
    }
}
