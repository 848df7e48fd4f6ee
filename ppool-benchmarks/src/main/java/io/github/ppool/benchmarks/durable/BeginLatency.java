package io.github.ppool.benchmarks.durable;

import io.github.ppool.benchmarks.Told;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * One task at a time is handed over by an idle node: the time from before its insert until it begins, on the same node.
 * A pause follows each task.
 */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class BeginLatency {

    private static final int WARMING = 100;

    /** Which library. */
    @Param
    public Library library = Library.PPOOL;

    /** How many. */
    @Param("300")
    public int tasks = 300;

    /** All of them. */
    @Benchmark
    public void all() throws Exception {
        // A library that polls every five seconds: some are enough.
        int warming = library == Library.JOBRUNR ? 1 : WARMING;
        int count = library == Library.JOBRUNR ? Math.min(tasks, 5) : tasks;
        SynchronousQueue<Long> begins = new SynchronousQueue<>();
        Work.onBegin(number -> {
            try {
                begins.put(System.nanoTime());
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        Histogram waits = new Histogram(3);
        try (Database database = Engine.POSTGRES.open(); Jobs jobs = library.open(database, Jobs.Kind.NOTHING)) {
            jobs.start(1);
            for (int i = 0; i < warming + count; i++) {
                long from = System.nanoTime();
                jobs.handOverOne(i);
                Long begin = begins.poll(60, TimeUnit.SECONDS);
                if (begin == null) {
                    throw new IllegalStateException("task " + i + " has not begun");
                }
                if (i >= warming) {
                    waits.recordValue(begin - from);
                }
                Thread.sleep(10 + i % 7); // the node becomes idle
            }
        }
        Told.tellWaits(waits);
    }
}
