package io.github.ppool.guard;

/** The process of a thread, which determines the meaning of an interrupt. */
public enum Runs {
    /** The thread belongs to the application, to the JDK or to the library's own bookkeeping. */
    NO_PROCESS,
    /** Only the end of the process may interrupt the thread, and it has not come. */
    LIVING_PROCESS,
    /** The process was ended, and the interrupt tells its thread so. */
    ENDED_PROCESS
}
