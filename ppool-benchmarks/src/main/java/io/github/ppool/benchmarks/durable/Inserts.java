package io.github.ppool.benchmarks.durable;

import io.github.ppool.benchmarks.Told;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Tasks are handed over by one thread, in transactions of so many; no node runs. Time for each task. */
@BenchmarkMode(Mode.SingleShotTime)
@State(Scope.Benchmark)
public class Inserts {

    /** Which library. */
    @Param
    public Library library = Library.PPOOL;

    /** How many in a transaction. */
    @Param({"1", "1000"})
    public int batch = 1;

    /** How many transactions. */
    @Param("2000")
    public int transactions = 2_000;

    /** All of them. */
    @Benchmark
    public void all() throws Exception {
        try (Database database = Engine.POSTGRES.open(); Jobs jobs = library.open(database, Jobs.Kind.NOTHING)) {
            jobs.handOver(transactions / 4 * batch, batch); // compiles the code and prepares the statements
            database.jdbc().execute("checkpoint");
            int tasks = transactions * batch;
            long processor = database.processorNanos();
            long from = System.nanoTime();
            jobs.handOver(tasks, batch);
            Told.tell("task", (double) (System.nanoTime() - from) / tasks, "ns/op");
            if (processor >= 0) {
                Told.tell("database", (double) (database.processorNanos() - processor) / tasks, "ns/op");
            }
        }
    }
}
