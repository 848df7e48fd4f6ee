package io.github.ppool.time;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * A clock that never goes backwards, with timers. Every wait, delay and period of the library uses such a clock. A
 * test, or an application that tries out a restart plan, can put a {@link ManualClock} in its place.
 *
 * <p>Any thread may call all methods.
 *
 * <p>Stands for Erlang's {@code erlang:monotonic_time/0}, {@code erlang:start_timer/3} and {@code
 * erlang:cancel_timer/1}.
 */
public interface MonotonicClock {

    /**
     * Returns the clock of this machine, which is {@link System#nanoTime()}. Its timers run on one daemon thread, which
     * ends after some seconds without a timer. Another thread wakes virtual threads from {@link #parkUntil} in time.
     *
     * @return the one instance of the JVM
     */
    static MonotonicClock system() {
        return SystemClock.INSTANCE;
    }

    /**
     * Returns the time in nanoseconds since an arbitrary origin. Only differences have a meaning. They are to be
     * compared by subtraction, as those of {@link System#nanoTime()}.
     *
     * @return nanoseconds
     */
    long nanoTime();

    /**
     * Returns a recent time of {@link #nanoTime()}. It is cheaper, for callers to which some milliseconds do not
     * matter. It is never later than {@link #nanoTime()} and as a rule less than 20 ms behind; on a busy machine it may
     * fall further behind. For one thread it does not go backwards.
     *
     * @return nanoseconds, to be compared as those of {@link #nanoTime()}
     */
    default long coarseNanoTime() {
        return nanoTime();
    }

    /**
     * Runs a task once, when the delay is over. The task runs on a thread of the clock with the caller's context class
     * loader; with a {@link ManualClock} it runs on the thread that advances the clock. The caller's actions before
     * this call happen-before the task. The task must be short and must not block, see {@link #handOff}. An exception
     * of the task is logged and otherwise ignored.
     *
     * @param delay the time from now; zero and negative mean as soon as possible, but never within this call. A delay
     *     beyond 292 years is cut to that
     * @param task the task
     * @return a handle to cancel it
     */
    Timer schedule(Duration delay, Runnable task);

    /**
     * Parks the calling thread until this clock reaches the deadline, or until the thread is unparked or interrupted.
     * May return spuriously, as {@link java.util.concurrent.locks.LockSupport#parkNanos(long)}. Returns at once if the
     * deadline has passed.
     *
     * @param blocker the object that the thread waits for, shown in thread dumps
     * @param deadlineNanos a time of {@link #nanoTime()}
     */
    void parkUntil(Object blocker, long deadlineNanos);

    /**
     * As {@link #parkUntil(Object, long)}. Before the thread parks, it runs {@code armed}, as soon as this clock is
     * sure to wake it at the deadline. The caller can then publish that it waits: a thread that sees this and advances
     * a {@link ManualClock} must not come before the waiting thread's timer.
     *
     * @param blocker the object that the thread waits for, shown in thread dumps
     * @param deadlineNanos a time of {@link #nanoTime()}
     * @param armed short, does not throw; not run if the deadline has passed
     */
    default void parkUntil(Object blocker, long deadlineNanos, Runnable armed) {
        armed.run();
        parkUntil(blocker, deadlineNanos);
    }

    /**
     * Runs longer work for a timer's task. The {@linkplain #system() clock of this machine} has one thread for all
     * timers, so it passes the work to the executor and returns at once. A clock without such a thread, as {@link
     * ManualClock}, runs it within this call.
     *
     * @param executor runs the work on another thread
     * @param work the work
     */
    default void handOff(Executor executor, Runnable work) {
        work.run();
    }

    /**
     * Converts a duration to nanoseconds, cut to the range of {@code long}.
     *
     * @param duration zero and negative are kept as they are
     * @return nanoseconds; {@link Long#MAX_VALUE} or {@link Long#MIN_VALUE} beyond 292 years
     */
    static long saturatedNanos(Duration duration) {
        long seconds = duration.getSeconds();
        if (seconds >= Long.MAX_VALUE / 1_000_000_000L) {
            return Long.MAX_VALUE;
        }
        if (seconds <= Long.MIN_VALUE / 1_000_000_000L) {
            return Long.MIN_VALUE;
        }
        return seconds * 1_000_000_000L + duration.getNano();
    }

    /**
     * Returns the time at which a wait that begins now is over.
     *
     * @param wait zero and negative give a deadline that has passed already
     * @return a time of {@link #nanoTime()}, at most half the range of {@code long} away, so that differences do not
     *     overflow
     */
    default long deadlineAfter(Duration wait) {
        return nanoTime() + Math.clamp(saturatedNanos(wait), Long.MIN_VALUE / 2, Long.MAX_VALUE / 2);
    }
}
