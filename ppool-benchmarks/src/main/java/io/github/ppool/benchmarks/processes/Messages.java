package io.github.ppool.benchmarks.processes;

/** One library's processes. All methods are called from a virtual thread. */
interface Messages extends AutoCloseable {

    /** How many members a ring has. */
    int RING = 100;

    /**
     * Asks a server to count on, as often as said, each time when the answer to the last call has come. May run on
     * several threads.
     */
    void call(int times) throws Exception;

    /** How often the server has counted. */
    int counted() throws Exception;

    /** Sends a process so many messages, and waits until the last one has been taken. */
    void send(int times) throws Exception;

    /** Has a message go round a ring, from one member to the next, as often as said; waits until it has arrived. */
    void hop(int times) throws Exception;

    /** Ends all processes. */
    @Override
    void close();
}
