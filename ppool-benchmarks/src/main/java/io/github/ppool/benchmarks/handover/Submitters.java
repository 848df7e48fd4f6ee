package io.github.ppool.benchmarks.handover;

import io.github.ppool.benchmarks.Allocation;
import io.github.ppool.benchmarks.Fairness;
import io.github.ppool.benchmarks.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Virtual threads that hand over one task after the other. They are more than may run, and a submitter waits until
 * there is room. The result is the throughput with the share and the waits of each submitter. A task lets other threads
 * run once. JMH's own score has no meaning here.
 */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class Submitters {

    /** The receiver of the tasks; only those that make submitters wait. */
    @Param({"PPOOL_SYNC_QUEUE", "SEMAPHORE_BY_SUBMITTER", "SPRING_SIMPLE_ASYNC"})
    public Way way = Way.PPOOL_SYNC_QUEUE;

    /** How many hand over. */
    @Param({"64", "1000"})
    public int submitters;

    /** How long. */
    @Param("1000")
    public int millis;

    @SuppressWarnings("NullAway.Init") // by open
    private Office office;

    private volatile boolean over;

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

    /** One round. */
    @Benchmark
    public void handOver() throws Exception {
        over = false;
        long[] counts = new long[submitters];
        Histogram[] waits = new Histogram[submitters];
        CountDownLatch begin = new CountDownLatch(1);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < submitters; i++) {
            int number = i;
            waits[i] = new Histogram(1, 60_000_000_000L, 2);
            threads.add(Thread.startVirtualThread(() -> {
                try {
                    begin.await();
                    counts[number] = handOverAllTheTime(waits[number]);
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                }
            }));
        }
        long allocated = Allocation.bytes();
        long from = System.nanoTime();
        begin.countDown();
        Thread.sleep(millis);
        over = true;
        long nanos = System.nanoTime() - from;
        allocated = Allocation.bytes() - allocated;
        Histogram all = new Histogram(1, 60_000_000_000L, 2);
        for (int i = 0; i < submitters; i++) {
            threads.get(i).join();
            all.add(waits[i]);
        }
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new IllegalStateException("a submitter failed", thrown);
        }
        Fairness fairness = new Fairness(counts);
        Told.tell("throughput", fairness.sum() * 1e9 / nanos, "ops/s");
        Told.tell("jain", fairness.jain(), "1");
        Told.tell("allocated", (double) allocated / Math.max(1, fairness.sum()), "B/op");
        Told.tellWaits(all);
    }

    private long handOverAllTheTime(Histogram waits) throws Exception {
        long count = 0;
        long before = System.nanoTime();
        while (!over) {
            office.handOver(Thread::yield);
            long now = System.nanoTime();
            waits.recordValue(now - before);
            before = now;
            count++;
        }
        return count;
    }
}
