package io.github.ppool.benchmarks.supervision;

/** One library's supervised children, each of them idle: it only waits for messages. */
interface Nursery extends AutoCloseable {

    /** Starts a child and ends it, as often as said, one after the other. */
    void startAndEnd(int times) throws Exception;

    /** Kills a child and waits until it runs again, as often as said; how long each time took, in nanoseconds. */
    long[] killOneByOne(int times) throws Exception;

    /** Starts so many children that are restarted; no part of the measurement. */
    void prepareFlood(int children) throws Exception;

    /** Kills all of {@link #prepareFlood} and waits until all of them run again. */
    void killAll() throws Exception;

    /** Starts so many children and waits until they run. */
    void startMany(int children) throws Exception;

    /** Ends all of {@link #startMany}, and waits until they have ended. */
    void stopMany() throws Exception;

    /** Ends all that is left, and waits until it has ended. */
    @Override
    void close();
}
