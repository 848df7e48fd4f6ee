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

/** Trivial tasks, from the first that is handed over until the last has run: time per task. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class HandOver {

    private static final int MANY = 1_000_000;
    private static final int ONE_BY_ONE = 20_000;

    /** To whom. */
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
    @OperationsPerInvocation(MANY)
    public void aMillion() throws Exception {
        if (way == Way.PPOOL_RUN) {
            throw new UnsupportedOperationException("run has no queue: see oneByOne");
        }
        bySubmitter(() -> {
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

    /** Each when the one before has run: all ten are free. */
    @Benchmark
    @OperationsPerInvocation(ONE_BY_ONE)
    public void oneByOne() throws Exception {
        bySubmitter(() -> {
            Thread submitter = Thread.currentThread();
            AtomicInteger left = new AtomicInteger();
            Runnable task = () -> {
                left.set(0);
                LockSupport.unpark(submitter);
            };
            for (int i = 0; i < ONE_BY_ONE; i++) {
                left.set(1);
                office.handOver(task);
                awaitZero(left);
            }
        });
    }

    private void awaitZero(AtomicInteger left) {
        while (left.get() != 0) {
            LockSupport.park(this);
        }
    }

    private interface Submission {
        void submit() throws Exception;
    }

    private void bySubmitter(Submission submission) throws Exception {
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
