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

    /** Those that came to their end by themselves. */
    private long attempts;
    private long attemptNanos;
    /** Of these, the ones of which no task has got its result. */
    private long inVain;
    private long waits;
    private long waitNanos;
    /** Of the task that was begun last. */
    private long lastWaitNanos;
    /** When the process had no further task, by the coarse clock. */
    private long endedNanos;

    /** A task begins that has waited in the queue. */
    void waited(long nanos) {
        lastWaitNanos = nanos;
        waits++;
        waitNanos += nanos;
    }

    /** How long the task has waited that the process has begun with. By the process, without the lock. */
    long lastWaitNanos() {
        return lastWaitNanos;
    }

    /** An attempt has come to its end by itself, and its task has its result. */
    void ran(long nanos) {
        attempts++;
        attemptNanos += nanos;
    }

    /** An attempt has come to its end by itself, but its task has no result of it. */
    void ranInVain(long nanos) {
        ran(nanos);
        inVain++;
    }

    /** There is no task to follow at once. */
    void rests(long nowNanos) {
        endedNanos = nowNanos;
    }

    /**
     * Whether there was no task for a while.
     *
     * @param nowNanos by the coarse clock
     */
    boolean hasRested(long nowNanos) {
        return nowNanos - endedNanos >= IN_A_ROW_NANOS;
    }

    /** The process has ended, or will have no task any more: what it has counted is not to be counted again. */
    void moveTo(TaskCounts sum) {
        addTo(sum);
        attempts = 0;
        attemptNanos = 0;
        inVain = 0;
        waits = 0;
        waitNanos = 0;
    }

    void addTo(TaskCounts sum) {
        sum.attempts += attempts;
        sum.attemptNanos += attemptNanos;
        sum.inVain += inVain;
        sum.waits += waits;
        sum.waitNanos += waitNanos;
    }

    /** How many tasks have gone well. */
    long done() {
        return attempts - inVain;
    }

    PoolStatus.Times waits() {
        return PoolStatus.Times.of(waits, waitNanos);
    }

    PoolStatus.Times attempts() {
        return PoolStatus.Times.of(attempts, attemptNanos);
    }
}
