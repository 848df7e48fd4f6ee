package io.github.ppool.process;

/** The state of a process. Stands for the {@code status} of {@code erlang:process_info/2}. */
public enum ProcessStatus {
    /** The process runs its own code, or blocks outside of the library. */
    RUNNING,
    /** The process waits for a message, a reply, the start of another process, or a time. */
    WAITING,
    /** A signal has ended the process, and its thread still runs. */
    ORPHANED,
    /** The process and its thread have ended. */
    ENDED
}
