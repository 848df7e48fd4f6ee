package io.github.ppool.benchmarks.starter;

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

/** Borrow, use and give back in an application, by as many platform threads as JMH is told to run. No caller waits. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Benchmark)
public class StarterBorrow {

    /** From which of them. */
    @Param
    public Source source = Source.PPOOL_STARTER;

    /** In which application. */
    @Param("DEFAULTS")
    public Setting setting = Setting.DEFAULTS;

    @SuppressWarnings("NullAway.Init") // by open
    private Counter counter;

    /** Starts the application. */
    @Setup
    public void open() throws InterruptedException {
        counter = source.open(setting);
    }

    /** Closes it. */
    @TearDown
    public void close() {
        counter.close();
    }

    /** The one operation. */
    @Benchmark
    public Object borrowUseGiveBack() throws Exception {
        return counter.once();
    }
}
