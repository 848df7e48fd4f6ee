package io.github.ppool.benchmarks.ports;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;

/** Platform threads ask a program that answers at once, each of them one request after the other. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Benchmark)
public class PortRequests {

    /** The way to the program. */
    @Param
    public Speaker speaker = Speaker.PPOOL;

    /** The length of a request. */
    @Param({"20", "2000"})
    public int length = 20;

    @SuppressWarnings("NullAway.Init") // by open
    private Speaker.Line line;
    private String request = "";

    /** Starts the programs. */
    @Setup(Level.Trial)
    public void open(BenchmarkParams params) throws Exception {
        line = speaker.open(params.getThreads());
        request = "x".repeat(length);
    }

    /** Ends them. */
    @TearDown(Level.Trial)
    public void close() {
        line.close();
    }

    /** Asks, and looks at the answer. */
    @Benchmark
    public void ask() throws IOException {
        if (!request.equals(line.ask(request))) {
            throw new IllegalStateException("the answer must be that of the request");
        }
    }
}
