package io.github.ppool.benchmarks.borrow;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Borrow, use and give back, by as many platform threads as JMH runs, without any clock on the way: throughput and
 * allocation. {@link Borrowers} measures fairness and waits.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Benchmark)
public class Borrow {

    /** The lender. */
    @Param
    public Peer peer = Peer.PPOOL_LIFO;

    /** How many objects. */
    @Param("10")
    public int objects;

    @SuppressWarnings("NullAway.Init") // by open
    private Lender lender;

    /** Opens the lender. */
    @Setup
    public void open() throws Exception {
        lender = peer.open(objects);
    }

    /** Closes it. */
    @TearDown
    public void close() {
        lender.close();
    }

    /** The one operation. */
    @Benchmark
    public long borrowUseGiveBack() throws Exception {
        Object handle = lender.borrow();
        long uses = ++lender.object(handle).uses;
        lender.giveBack(handle);
        return uses;
    }
}
