package io.github.ppool.benchmarks.durable;

/** A library that keeps tasks in a database, with empty tables. Its nodes don't run before {@link #start}. */
interface Jobs extends AutoCloseable {

    /** The work of the tasks. */
    enum Kind {
        /** Nothing. */
        NOTHING,
        /** They write a row into the same database. */
        WRITE
    }

    /** Workers of each node. */
    int WORKERS = 10;

    /** Hands tasks over in transactions of so many. */
    void handOver(int tasks, int batch);

    /** Hands one task over, in a transaction of its own. */
    void handOverOne(long number);

    /** Adds tasks of three priorities: half of them are due, and the other half is due tomorrow. */
    void addWaiting(long tasks);

    /** Starts nodes. */
    void start(int nodes);

    @Override
    void close();
}
