package io.github.ppool.benchmarks.durable;

import io.github.ppool.benchmarks.Told;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Nodes start beside tasks that were handed over before, until so many have run: time for each task, and the processor
 * time of the database. JMH's own score, which has the hand-over in it, has no meaning.
 */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class Drain {

    private static final int BATCH = 200;
    private static final int LONGEST_SECONDS = 60;

    /** Which library. */
    @Param
    public Library library = Library.PPOOL;

    /** In which database. */
    @Param("POSTGRES")
    public Engine engine = Engine.POSTGRES;

    /** The work of a task. */
    @Param("NOTHING")
    public String work = "NOTHING";

    /** How many nodes, each with ten workers. */
    @Param("1")
    public int nodes = 1;

    /** How many further tasks are in the table: of these half are due, too, and half are due tomorrow. */
    @Param("0")
    public long waiting;

    /** A share of the library's number of tasks, for runs that only check. */
    @Param("1")
    public int share = 1;

    /** All of them. */
    @Benchmark
    public void all() throws Exception {
        try (Database database = engine.open()) {
            database.jdbc()
                    .execute("create table effect (id bigint generated always as identity primary key, number int)");
            try (Jobs jobs = library.open(database, Jobs.Kind.valueOf(work))) {
                int tasks = library.tasks / share;
                if (waiting == 0) {
                    jobs.handOver(tasks, Math.min(tasks, BATCH));
                } else {
                    jobs.addWaiting(waiting);
                }
                if (database.isPostgres()) {
                    database.jdbc().execute("vacuum analyze");
                    database.jdbc().execute("checkpoint");
                }
                CountDownLatch done = Work.expect(tasks);
                long processor = database.processorNanos();
                long from = System.nanoTime();
                jobs.start(nodes);
                if (!done.await(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("the tasks have not run within " + LONGEST_SECONDS + " s");
                }
                Told.tell("task", (double) (System.nanoTime() - from) / tasks, "ns/op");
                if (processor >= 0) {
                    Told.tell("database", (double) (database.processorNanos() - processor) / tasks, "ns/op");
                }
            }
        }
    }
}
