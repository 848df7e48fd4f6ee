package io.github.ppool.process;

/**
 * The identity of a process, alive or ended. Pids are compared by {@code equals} or {@code ==}; their natural order is
 * that in which the processes were spawned. Holding a pid keeps nothing of an ended process alive but the reason of its
 * end.
 *
 * <p>May be used from any thread. Stands for Erlang's pid.
 */
public sealed interface Pid extends Comparable<Pid> permits ProcessId {

    /**
     * The number of the process, unique within its {@link ProcessSystem} and growing with each spawn. 0 is the system
     * itself, the sender of signals that come from threads which are no processes.
     *
     * @return zero or more
     */
    long id();

    /**
     * The label that the process was spawned with.
     *
     * @return the label, empty when it has none
     */
    String label();

    /**
     * Whether the process has not ended. A process that was killed is not alive, even while its thread has still to
     * find out. When this returns false, all that the process did before its end is visible to the caller, unless it
     * was ended from outside.
     *
     * @return false as soon as the process has a reason of exit
     */
    boolean isAlive();

    /**
     * Sends a message. Does not block. Messages from one thread arrive in the order in which they were sent; a message
     * to a process that has ended is dropped, as in Erlang. What the sender did before happens-before what the receiver
     * does after it received the message.
     *
     * <p>Stands for Erlang's {@code !}.
     *
     * @param message what to send, best immutable
     */
    void send(Object message);

    @Override
    default int compareTo(Pid other) {
        return Long.compare(id(), other.id());
    }
}
