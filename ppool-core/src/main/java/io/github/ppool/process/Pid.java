package io.github.ppool.process;

/**
 * The identity of a process, alive or ended. Pids may be compared with {@code equals} or {@code ==}. Their natural
 * order is the order of the spawns. Of an ended process a pid keeps only the exit reason in memory.
 *
 * <p>Any thread may use it. Stands for Erlang's pid.
 */
public sealed interface Pid extends Comparable<Pid> permits ProcessId {

    /**
     * Returns the number of the process. It is unique within its {@link ProcessSystem} and grows with each spawn.
     * Number 0 is the system itself, the sender of signals from threads that are no processes.
     *
     * @return zero or more
     */
    long id();

    /**
     * Returns the label of the process, see {@link SpawnOptions#label}.
     *
     * @return the label; empty if the process has none
     */
    String label();

    /**
     * Returns true until the process has ended. A killed process is not alive, even while its thread still runs. If
     * this returns false and the process ended by itself, all its actions happen-before the return.
     *
     * @return false as soon as the process has an exit reason
     */
    boolean isAlive();

    /**
     * Sends a message. Does not block. Messages from one thread arrive in the order of the sends. A message to an ended
     * process is dropped, as in Erlang. The actions of the sender before the send happen-before the receiver's actions
     * after the receive.
     *
     * <p>Stands for Erlang's {@code !}.
     *
     * @param message the message, best immutable
     * @throws NullPointerException if the message is null
     */
    void send(Object message);

    @Override
    default int compareTo(Pid other) {
        return Long.compare(id(), other.id());
    }
}
