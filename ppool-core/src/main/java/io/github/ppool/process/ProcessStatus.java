package io.github.ppool.process;

/** What a process is doing. Stands for the {@code status} of {@code erlang:process_info/2}. */
public enum ProcessStatus {
    /** It runs its own code, which includes blocking in something that is not ppool's. */
    RUNNING,
    /** It waits for a message, a reply, a process that it starts, or a time. */
    WAITING,
    /** It was ended by a signal, and its thread has not found out yet. */
    ORPHANED,
    /** It has ended, and so has its thread. */
    ENDED
}
