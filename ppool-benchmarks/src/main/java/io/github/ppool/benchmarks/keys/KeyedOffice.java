package io.github.ppool.benchmarks.keys;

/** One way to run the tasks of a key one at a time and in their order, at most {@link #LIMIT} keys at a time. */
interface KeyedOffice extends AutoCloseable {

    int LIMIT = 10;
    /** More than are ever handed over in one go: no task is to be refused. */
    int CAPACITY = 2_000_000;

    /** Hands a task over. */
    void handOver(Integer key, Runnable task);

    @Override
    void close();
}
