package io.github.ppool.benchmarks.handover;

/** One way to have at most {@link #LIMIT} tasks running at a time, with any number of others waiting. */
interface Office extends AutoCloseable {

    int LIMIT = 10;
    /** More than are ever handed over in one go: no task is to be refused. */
    int CAPACITY = 2_000_000;

    /** Hands a task over; waits as long as this way makes its callers wait, and fails if the task is refused. */
    void handOver(Runnable task) throws Exception;

    @Override
    void close();
}
