package io.github.ppool.pool;

/** What a {@link Slot} is doing. Each state but {@link #GONE} holds a place of the pool. */
enum SlotState {
    /** The supervisor was asked to start a process for it. */
    REQUESTED,
    /** Its process makes the worker. */
    STARTING,
    /** Its process could not make the worker and will try again, or waits to be told to. */
    FAILING,
    /** Its process checks the worker before it is handed out, or keeps it alive. */
    CHECKING,
    /** The worker is in the idle set. */
    IDLE,
    /** A borrower has the worker. */
    BORROWED,
    /** Its borrower, a process, was killed, and the thread of that process may still use the worker. */
    QUARANTINED,
    /** The worker's process has a task. */
    WORKING,
    /** The worker's process is about to end of a fault. */
    CRASHING,
    /** The process has ended, and the supervisor restarts it at once. */
    RESTARTING,
    /** The process has ended, and the supervisor restarts it later, or waits until somebody does. */
    DOWN,
    /**
     * The worker is being closed because it is no longer wanted; or its process was killed, and the thread of that
     * process still has it.
     */
    DISMISSED,
    /** No process, no place. Final. */
    GONE
}
