package io.github.ppool.benchmarks.supervision;

import io.github.ppool.benchmarks.Memory;
import io.github.ppool.benchmarks.Told;
import java.util.concurrent.Callable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * A great many idle children: the time to start, list, count and stop them, and the memory of one. JMH's own score, the
 * time of all that together, has no meaning here.
 */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class Crowds {

    private static final int LOOKS = 11;
    private static final int WARMING = 50_000;
    private static final long WARMING_NANOS = 5_000_000_000L;

    /** The library of the supervision. */
    @Param
    public Keeper keeper = Keeper.PPOOL;

    /** How many. */
    @Param("100000")
    public int children;

    /**
     * Whether the code is compiled by then: the stack of a thread that has parked in interpreted code is larger for
     * good.
     */
    @Param({"false", "true"})
    public boolean warm;

    /** All of it. */
    @Benchmark
    public void startLookStop() throws Exception {
        if (warm) {
            warmUp();
        }
        Memory before = Memory.now();
        try (Nursery nursery = keeper.open()) {
            Told.tell("start", timed(() -> {
                nursery.startMany(children);
                return true;
            }), "ms");
            Memory with = Memory.now();
            Told.tell("heap", (double) (with.heapBytes() - before.heapBytes()) / children, "B/child");
            if (before.residentBytes() > 0) {
                Told.tell("resident", (double) (with.residentBytes() - before.residentBytes()) / children, "B/child");
            }
            if (nursery instanceof PpoolNursery ppool) {
                Told.tell("whichChildren", fastest(() -> ppool.many().whichChildren()), "ms");
                Told.tell("countChildren", fastest(() -> ppool.many().countChildren()), "ms");
            }
            Told.tell("stop", timed(() -> {
                nursery.stopMany();
                return true;
            }), "ms");
        }
    }

    /**
     * Runs for a time, and not for a number of children: a faster peer would otherwise give the compiler less to do.
     */
    private void warmUp() throws Exception {
        long from = System.nanoTime();
        while (System.nanoTime() - from < WARMING_NANOS) {
            try (Nursery nursery = keeper.open()) {
                nursery.startMany(WARMING);
                nursery.stopMany();
            }
        }
    }

    /** The best of several: the first ones run in code that is not compiled yet. */
    private static double fastest(Callable<?> what) throws Exception {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < LOOKS; i++) {
            best = Math.min(best, timed(what));
        }
        return best;
    }

    private static double timed(Callable<?> what) throws Exception {
        return Supervision.virtually(() -> {
            long from = System.nanoTime();
            Object result = what.call();
            long nanos = System.nanoTime() - from;
            if (result == null) {
                throw new IllegalStateException("no result");
            }
            return nanos / 1e6;
        });
    }
}
