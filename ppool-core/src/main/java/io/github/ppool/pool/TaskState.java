package io.github.ppool.pool;

/** The states of a {@link Task}. The last four are final. */
public enum TaskState {
    /** The task waits for a worker, or for its next attempt. */
    QUEUED,
    /** The process of a worker runs the task. */
    RUNNING,
    /** The task has its result. */
    DONE,
    /** The task threw, ran longer than its time-out, or its process ended. */
    FAILED,
    /** The task was cancelled while no worker ran it. */
    CANCELLED,
    /** The pool accepted the task but could not run it: the pool was stopped or gave up, or the deadline passed. */
    REJECTED;

    /**
     * Tells if this state is an outcome.
     *
     * @return false for {@link #QUEUED} and {@link #RUNNING}
     */
    public boolean isFinal() {
        return this != QUEUED && this != RUNNING;
    }
}
