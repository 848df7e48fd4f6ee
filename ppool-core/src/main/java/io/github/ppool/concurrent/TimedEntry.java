package io.github.ppool.concurrent;

/** An entry of a {@link TimeLimit}. Guarded by the lock of the owner. */
public abstract class TimedEntry {

    /** The time at which it has begun, by the clock of the owner. */
    public final long sinceNanos;
    /** Whether it has ended, so that it is never due. */
    public boolean over;

    /**
     * An entry that has begun.
     *
     * @param sinceNanos the time, by the clock of the owner
     */
    protected TimedEntry(long sinceNanos) {
        this.sinceNanos = sinceNanos;
    }
}
