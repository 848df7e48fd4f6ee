package io.github.ppool.pool;

/**
 * Numbers of the tasks that one process of a worker has run. The process counts them, under the engine's lock, which
 * it has then anyway, or just before it takes the lock. No other thread writes these fields while the process has
 * tasks, and readers hold the lock. So they cost a task a few additions, and no memory goes from processor to
 * processor for them.
 *
 * <p>Times are coarse under load: a single time may be wrong by a tick of the coarse clock, but the errors are as
 * often too long as too short, and the end of a task is the beginning of the next. Where the process has rested for a
 * while, the time for which the next task runs is exact. Else a short task now and then would always count for
 * nothing, because the coarse clock stands still while no thread asks.
 */
final class TaskCounts {

    /** What was idle for less time than this is used in a row, for which the coarse clock is right. */
    static final long IN_A_ROW_NANOS = 20_000_000;

    private long done;
    private long attempts;
    private long attemptNanos;
    private long waits;
    private long waitNanos;
    /** When the last attempt ended, by the coarse clock. */
    private long endedNanos;
    /** Of the task that was begun last. */
    private long lastWaitNanos;

    /** A task begins that has waited in the queue. */
    void waited(long nanos) {
        lastWaitNanos = Math.max(0, nanos);
        waits++;
        waitNanos += lastWaitNanos;
    }

    /** How long the task has waited that the process has begun with; zero or more. By the process, without the lock. */
    long lastWaitNanos() {
        return lastWaitNanos;
    }

    /**
     * Whether no task has ended here for a while.
     *
     * @param nowNanos by the coarse clock
     */
    boolean hasRested(long nowNanos) {
        return nowNanos - endedNanos >= IN_A_ROW_NANOS;
    }

    /**
     * An attempt has come to its end by itself.
     *
     * @param nanos for how long it ran
     * @param nowNanos by the coarse clock
     */
    void ran(long nanos, long nowNanos) {
        endedNanos = nowNanos;
        attempts++;
        attemptNanos += Math.max(0, nanos);
    }

    /** A task has gone well. */
    void done() {
        done++;
    }

    /** The process has ended, or will have no task any more: what it has counted is not to be counted again. */
    void moveTo(TaskCounts sum) {
        addTo(sum);
        done = 0;
        attempts = 0;
        attemptNanos = 0;
        waits = 0;
        waitNanos = 0;
    }

    void addTo(TaskCounts sum) {
        sum.done += done;
        sum.attempts += attempts;
        sum.attemptNanos += attemptNanos;
        sum.waits += waits;
        sum.waitNanos += waitNanos;
    }

    long allDone() {
        return done;
    }

    PoolStatus.Times waits() {
        return PoolStatus.Times.of(waits, waitNanos);
    }

    PoolStatus.Times attempts() {
        return PoolStatus.Times.of(attempts, attemptNanos);
    }
}
