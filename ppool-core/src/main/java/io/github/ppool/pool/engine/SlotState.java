package io.github.ppool.pool.engine;

/** The activity of a {@link Slot}. Each state but {@link #GONE} holds a place of the pool. */
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
    /** The process has ended, and the supervisor restarts it later, or on request. */
    DOWN,
    /**
     * The worker is being closed because it is no longer wanted; or its process was killed, and the thread of that
     * process still has it.
     */
    DISMISSED,
    /** No process, no place. Final. */
    GONE;

    /**
     * True if a slot in this state may go over to another one, or stay. A slot that has a worker goes wherever the
     * worker is needed next. The end of a process, of any kind and in any state, leads to {@link #RESTARTING} or
     * {@link #GONE}; to {@link #DISMISSED} if the thread of the dead process keeps the place.
     */
    boolean canBecome(SlotState next) {
        return switch (this) {
            case REQUESTED -> next == STARTING || next == GONE;
            case STARTING -> next == FAILING || next == CRASHING || next.isChosenForFreeWorker() || next.followsExit();
            case FAILING -> next == STARTING || next.followsExit();
            case CHECKING, IDLE, WORKING, QUARANTINED -> next == CRASHING || next.isChosenForFreeWorker()
                    || next.followsExit();
            case BORROWED -> next == QUARANTINED || next == CRASHING || next.isChosenForFreeWorker()
                    || next.followsExit();
            case CRASHING -> next == CRASHING || next.followsExit();
            case RESTARTING, DOWN -> next == STARTING || next == DOWN || next.followsExit();
            case DISMISSED -> next == DISMISSED || next == GONE;
            case GONE -> false;
        };
    }

    private boolean isChosenForFreeWorker() {
        return this == IDLE || this == BORROWED || this == WORKING || this == CHECKING;
    }

    private boolean followsExit() {
        return this == RESTARTING || this == DISMISSED || this == GONE;
    }
}
