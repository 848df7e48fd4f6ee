package io.github.ppool.benchmarks.borrow;

import io.github.ppool.benchmarks.Told;
import java.time.Duration;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Crowds of borrowers: throughput together with its longest wait and its fairness. JMH brings the forks and the
 * repetitions; the measuring is done by {@link Round} and told by {@link Told}, and JMH's own score, the time of a
 * round, has no meaning.
 */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class Borrowers {

    /** The lender. */
    @Param
    public Peer peer = Peer.PPOOL_LIFO;

    /** The crowd of borrowers. */
    @Param
    public Crowd crowd = Crowd.V64_YIELD;

    /** How long a round takes. */
    @Param("1000")
    public int millis;

    @SuppressWarnings("NullAway.Init") // by open
    private Lender lender;

    /** Opens the lender. */
    @Setup
    public void open() throws Exception {
        lender = peer.open(crowd.objects);
    }

    /** Closes it. */
    @TearDown
    public void close() {
        lender.close();
    }

    /** One round. */
    @Benchmark
    public void round() throws Exception {
        Outcome outcome = new Round(lender, crowd).run(Duration.ofMillis(millis));
        Told.tell("throughput", outcome.operationsPerSecond(), "ops/s");
        Told.tell("jain", outcome.jain(), "1");
        Told.tellWaits(outcome.waits());
        Told.tell("allocated", outcome.allocatedPerOperation(), "B/op");
    }
}
