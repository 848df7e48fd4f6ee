package io.github.ppool.benchmarks.keys;

import io.github.ppool.benchmarks.Allocation;
import io.github.ppool.benchmarks.Told;
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
 * A million trivial tasks with keys, from the first that is handed over until the last has run. The keys come in an
 * order that repeats none before all have come. Each task checks its place in the order of its key, without
 * synchronisation: so a way that loses the order or the visibility is no result. {@link Told} has time and bytes per
 * task; JMH's own score has no meaning.
 */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class KeyedHandOver {

    private static final int TASKS = 1_000_000;
    /** Odd, and without a common divisor with any number of keys: a walk over all of them. */
    private static final int STEP = 618_033_989;

    /** The receiver of the tasks. */
    @Param
    public KeyedWay way = KeyedWay.PPOOL;

    /** Number of keys. */
    @Param({"10", "10000", "1000000"})
    public int keys = 10;

    @SuppressWarnings("NullAway.Init") // by open
    private KeyedOffice office;

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

    /** All at once. */
    @Benchmark
    public void aMillion() {
        int[] done = new int[keys]; // plain: the tasks of a key see each other's
        AtomicInteger disorder = new AtomicInteger();
        AtomicInteger left = new AtomicInteger(TASKS);
        Thread submitter = Thread.currentThread();
        long allocated = Allocation.bytes();
        long from = System.nanoTime();
        for (int i = 0; i < TASKS; i++) {
            int key = (int) ((long) i * STEP % keys);
            int place = i / keys;
            office.handOver(key, () -> {
                if (done[key] != place) {
                    disorder.incrementAndGet();
                }
                done[key] = place + 1;
                if (left.decrementAndGet() == 0) {
                    LockSupport.unpark(submitter);
                }
            });
        }
        while (left.get() != 0) {
            LockSupport.park(left);
        }
        long nanos = System.nanoTime() - from;
        if (disorder.get() > 0) {
            throw new IllegalStateException(disorder + " tasks were out of the order of their keys");
        }
        Told.tell("task", (double) nanos / TASKS, "ns/op");
        Told.tell("allocated", (double) (Allocation.bytes() - allocated) / TASKS, "B/op");
    }
}
