package io.github.ppool.benchmarks.handover;

import java.util.concurrent.FutureTask;
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

/** A million trivial tasks, from the first that is handed over until the last has run: time per task. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class HandOver {

    private static final int MANY = 1_000_000;

    /** To whom. */
    @Param({"PPOOL_ASYNC_QUEUE", "PPOOL_SYNC_QUEUE", "THREAD_POOL_EXECUTOR", "SEMAPHORE_BY_SUBMITTER",
            "SEMAPHORE_IN_TASK",
            "SPRING_SIMPLE_ASYNC", "RESILIENCE4J", "PEKKO_ROUTER"})
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
    @OperationsPerInvocation(MANY)
    public void aMillion() throws Exception {
        by(virtualSubmitter, () -> {
            Thread submitter = Thread.currentThread();
            AtomicInteger left = new AtomicInteger(MANY);
            Runnable task = () -> {
                if (left.decrementAndGet() == 0) {
                    LockSupport.unpark(submitter);
                }
            };
            for (int i = 0; i < MANY; i++) {
                office.handOver(task);
            }
            awaitZero(left);
        });
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
