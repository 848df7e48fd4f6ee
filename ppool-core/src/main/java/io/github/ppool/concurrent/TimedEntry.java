package io.github.ppool.concurrent;

/** An entry of a {@link TimeLimit}. Guarded by the lock of the owner. */
public abstract class TimedEntry {

    /** The time at which it has begun, by the clock of the owner. */
    public final long sinceNanos;
    /** Whether it has ended, so that it is never due. */
    boolean over;

    /**
     * An entry that has begun.
     *
     * @param sinceNanos the time, by the clock of the owner
     */
    protected TimedEntry(long sinceNanos) {
        this.sinceNanos = sinceNanos;
    }

    /** Ends the entry: from now on it is never due. */
    public final void end() {
        over = true;
    }

    /**
     * Whether the entry has ended.
     *
     * @return true after {@link #end}
     */
    public final boolean isOver() {
        return over;
    }
}
