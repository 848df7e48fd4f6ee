package io.github.ppool.pool;

/** Where a {@link Task} is. The last four are final. */
public enum TaskState {
    /** It waits for a worker, or for its next attempt. */
    QUEUED,
    /** A worker's process runs it. */
    RUNNING,
    /** It ended well. */
    DONE,
    /** It threw, or the process that ran it ended. */
    FAILED,
    /** It was cancelled before a worker began with it. */
    CANCELLED,
    /** The pool accepted it and could not run it: the pool was stopped or gave up, or the deadline passed. */
    REJECTED;

    /**
     * Whether this is an outcome.
     *
     * @return false for {@link #QUEUED} and {@link #RUNNING}
     */
    public boolean isFinal() {
        return this != QUEUED && this != RUNNING;
    }
}
