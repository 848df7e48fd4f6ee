package io.github.ppool.benchmarks.processes;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
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

/** Virtual threads call one server, each of them one call after the other: time per call, all callers together. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class Calls {

    private static final int CALLS = 80_000;

    /** The library of the measured processes. */
    @Param
    public Mail mail = Mail.PPOOL;

    /** How many call. */
    @Param({"1", "8"})
    public int callers = 1;

    @SuppressWarnings("NullAway.Init") // by open
    private Messages messages;

    /** Starts the server. */
    @Setup(Level.Iteration)
    public void open() throws Exception {
        messages = mail.open();
    }

    /** Proves that no call was lost or done twice, and ends the server. */
    @TearDown(Level.Iteration)
    public void close() throws Exception {
        int counted = virtually(messages::counted);
        messages.close();
        if (counted != CALLS) {
            throw new IllegalStateException("the server must have counted " + CALLS + " calls, got: " + counted);
        }
    }

    /** Calls. */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public void call() throws Exception {
        List<FutureTask<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            all.add(begin(() -> {
                messages.call(CALLS / callers);
                return true;
            }));
        }
        for (FutureTask<Boolean> each : all) {
            each.get();
        }
    }

    private static <T> FutureTask<T> begin(Callable<T> what) {
        FutureTask<T> run = new FutureTask<>(what);
        Thread.startVirtualThread(run);
        return run;
    }

    /** Runs on a virtual thread: a platform thread pays tens of microseconds for each time that it is woken by one. */
    static <T> T virtually(Callable<T> what) throws Exception {
        return begin(what).get();
    }
}
