package io.github.ppool.pool.engine;

import io.github.ppool.pool.PoolStatus;
import org.jspecify.annotations.Nullable;

/**
 * The counts of the tasks of one worker process. The process counts under the engine's lock, which it holds then
 * anyway, or just before it takes the lock. No other thread writes these fields while the process has tasks, and
 * readers hold the lock. So a task costs a few additions, and no cache line moves between processors for them.
 *
 * <p>Times are coarse under load. A single time may be wrong by a tick of the coarse clock. But errors are as often too
 * long as too short, and the end of a task is the beginning of the next. After a rest of the process, the run time of
 * the next task is exact. Otherwise a short task now and then would always count as zero, because the coarse clock
 * stands still while no thread reads it.
 */
final class TaskCounts {

    /** A process or slot with a shorter rest than this is used in a row, for which the coarse clock is right. */
    static final long IN_A_ROW_NANOS = 20_000_000;

    /** Number of attempts that came to their end by themselves. */
    private long attempts;
    private long attemptNanos;
    /** Number of these attempts that did not give their task a result. */
    private long inVain;
    /** The pool's classes of waits, while an observer looks; else null. */
    private @Nullable WaitClasses classes;
    private long waits;
    private long waitNanos;
    /** The wait of the task that was begun last. */
    private long lastWaitNanos;
    /** The time at which the process had no further task, by the coarse clock. */
    private long endedNanos;

    /** Counts the wait of a task that begins. */
    void waited(long nanos) {
        lastWaitNanos = nanos;
        waits++;
        waitNanos += nanos;
        WaitClasses observed = classes;
        if (observed != null) {
            observed.count(nanos);
        }
    }

    /** From now on the waits are counted by classes too; null ends that. */
    void countBy(@Nullable WaitClasses shared) {
        classes = shared;
    }

    /** The wait of the current task. By the process, without the lock. */
    long lastWaitNanos() {
        return lastWaitNanos;
    }

    /** Counts an attempt that came to its end by itself and gave its task the result. */
    void ran(long nanos) {
        attempts++;
        attemptNanos += nanos;
    }

    /** Counts an attempt that came to its end by itself and gave its task no result. */
    void ranInVain(long nanos) {
        ran(nanos);
        inVain++;
    }

    /** Counts an attempt that came to its end by itself; false if it gave its task no result. */
    void ended(long nanos, boolean withResult) {
        ran(nanos);
        if (!withResult) {
            inVain++;
        }
    }

    /** Notes that no task follows at once. */
    void rests(long nowNanos) {
        endedNanos = nowNanos;
    }

    /**
     * Whether the process has rested for a while.
     *
     * @param nowNanos the time, by the coarse clock
     */
    boolean hasRested(long nowNanos) {
        return nowNanos - endedNanos >= IN_A_ROW_NANOS;
    }

    /** Moves these counts to a sum, because the process has ended or gets no task any more. */
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

    /** Number of tasks that were done. */
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
