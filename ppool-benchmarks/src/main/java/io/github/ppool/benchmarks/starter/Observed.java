package io.github.ppool.benchmarks.starter;

import io.github.ppool.benchmarks.Told;
import io.github.ppool.benchmarks.borrow.Borrowed;
import io.github.ppool.pool.PoolClient;
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
 * An application at work, by turns alone and beside three observers that look once a second. Two JVMs of the same
 * application differ by more than the observers cost, so both are measured in one. {@link Told} tells the time of an
 * operation, alone and observed.
 */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class Observed {

    /** Less than a slice of {@link Limited}. */
    private static final int BURST = 20_000;
    private static final long WINDOW_NANOS = 2_000_000_000L;

    /** The work. */
    public enum Use {
        /** Trivial tasks, a burst after the other. */
        TASKS {
            @Override
            int burst(PoolClient<Borrowed> pool) {
                Thread submitter = Thread.currentThread();
                AtomicInteger left = new AtomicInteger(BURST);
                for (int i = 0; i < BURST; i++) {
                    pool.asyncQueue(worker -> {
                        if (left.decrementAndGet() == 0) {
                            LockSupport.unpark(submitter);
                        }
                    });
                }
                while (left.get() != 0) {
                    LockSupport.park(left);
                }
                return BURST;
            }
        },
        /** Borrow, use and give back. */
        BORROW {
            @Override
            @SuppressWarnings("resource") // the application closes the pool
            int burst(PoolClient<Borrowed> pool) throws Exception {
                Counter counter = new Counter.OfPool(pool, () -> {});
                for (int i = 0; i < BURST; i++) {
                    counter.once();
                }
                return BURST;
            }
        };

        /** Returns the number of operations. */
        abstract int burst(PoolClient<Borrowed> pool) throws Exception;
    }

    /** Which work. */
    @Param
    public Use use = Use.TASKS;

    @SuppressWarnings("NullAway.Init") // by open
    private Application application;
    @SuppressWarnings("NullAway.Init") // by open
    private PoolClient<Borrowed> pool;

    /** Starts the application. */
    @Setup
    public void open() {
        application = new Application(Setting.EXPOSED);
        pool = application.pool();
        application.warmUpViewers();
    }

    /** Closes it. */
    @TearDown
    public void close() {
        application.close();
    }

    /** Alone, observed, observed, alone: a drift hits both alike. */
    @Benchmark
    public void alternate() throws Exception {
        double alone = window();
        double observed = observedWindow();
        observed += observedWindow();
        alone += window();
        Told.tell("alone", alone / 2, "ns/op");
        Told.tell("observed", observed / 2, "ns/op");
        Told.tell("ratio", alone / observed, "x");
    }

    private double observedWindow() throws Exception {
        Viewers viewers = application.viewers();
        try {
            viewers.awaitHistory();
            return window();
        } finally {
            viewers.close();
        }
    }

    /** Nanoseconds of an operation. */
    private double window() throws Exception {
        long from = System.nanoTime();
        long operations = 0;
        long passed;
        do {
            operations += use.burst(pool);
            passed = System.nanoTime() - from;
        } while (passed < WINDOW_NANOS);
        return (double) passed / operations;
    }
}
