package io.github.ppool.pool;

/** Something that has begun and should be over when its {@link TimeLimit} is reached. Guarded by the engine's lock. */
abstract class TimedEntry {

    final long sinceNanos;
    /** Nothing has to be done about it any more. */
    boolean over;

    TimedEntry(long sinceNanos) {
        this.sinceNanos = sinceNanos;
    }
}
