package io.github.ppool.benchmarks.processes;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A message goes round a ring of a hundred processes, all of which wait: time per hop. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class Ring {

    private static final int HOPS = 100_000;

    /** The library of the measured processes. */
    @Param
    public Mail mail = Mail.PPOOL;

    @SuppressWarnings("NullAway.Init") // by open
    private Messages messages;

    /** Starts the processes. */
    @Setup(Level.Iteration)
    public void open() throws Exception {
        messages = mail.open();
    }

    /** Ends them. */
    @TearDown(Level.Iteration)
    public void close() {
        messages.close();
    }

    /** Sends it round. */
    @Benchmark
    @OperationsPerInvocation(HOPS)
    public void hop() throws Exception {
        Calls.virtually(() -> {
            messages.hop(HOPS);
            return true;
        });
    }
}
