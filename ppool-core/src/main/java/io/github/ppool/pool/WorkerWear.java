package io.github.ppool.pool;

/**
 * The mark by which a worker asks to be replaced: it is worn, but not broken. The pool replaces a worn worker in good
 * order as soon as it has no holder. A {@link WearingFactory} has one for each worker. Any thread; a mark stays.
 */
public final class WorkerWear {

    private volatile boolean worn;

    /** Makes the mark of a new worker, which is not worn. */
    public WorkerWear() {}

    /**
     * Marks the worker as worn. Does not block. Takes effect at the end of a lease or task; an idle worker stays until
     * the end of its next one.
     */
    public void mark() {
        worn = true;
    }

    /**
     * Returns true if the worker is worn.
     *
     * @return true after {@link #mark}
     */
    public boolean isWorn() {
        return worn;
    }
}
