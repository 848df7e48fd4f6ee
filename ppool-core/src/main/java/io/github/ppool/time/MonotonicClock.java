package io.github.ppool.time;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * A clock that never goes backwards, with timers that run by it. Everything in ppool that waits, delays or counts
 * within a period asks such a clock, so that a test, or an application trying out a restart plan, can put a
 * {@link ManualClock} in its place.
 *
 * <p>All methods may be called from any thread.
 *
 * <p>Stands for Erlang's {@code erlang:monotonic_time/0}, {@code erlang:start_timer/3} and
 * {@code erlang:cancel_timer/1}.
 */
public interface MonotonicClock {

    /**
     * The clock of this machine, by {@link System#nanoTime()}. Its timers run on one daemon thread which ends when
     * there has been no timer for some seconds; another one sees to it that virtual threads wake from
     * {@link #parkUntil} in time.
     *
     * @return the one instance of the JVM
     */
    static MonotonicClock system() {
        return SystemClock.INSTANCE;
    }

    /**
     * The time in nanoseconds since an arbitrary origin. Only differences mean anything, and like those of
     * {@link System#nanoTime()} they are to be compared by subtraction.
     *
     * @return nanoseconds
     */
    long nanoTime();

    /**
     * The time of {@link #nanoTime()} as it was a moment ago: cheaper to ask where it does not matter whether something
     * began some milliseconds earlier or later. Never later than {@link #nanoTime()}, and as a rule less than 20 ms
     * behind; a machine that is busy may let it fall further behind. Asked by one thread it does not go backwards.
     *
     * @return nanoseconds, to be compared as those of {@link #nanoTime()}
     */
    default long coarseNanoTime() {
        return nanoTime();
    }

    /**
     * Runs a task once, when the delay is over. The task runs on a thread of the clock (for a {@link ManualClock}: on
     * the thread that advances it) with the caller's context class loader, after whatever the caller did before this
     * call. It must be short and must not block: {@link #handOff} is for what may. What it throws is logged and
     * otherwise ignored.
     *
     * @param delay how long from now; zero and negative mean as soon as possible, but never inside this call. A delay
     *     beyond 292 years is cut to that
     * @param task what to run
     * @return a handle to cancel it
     */
    Timer schedule(Duration delay, Runnable task);

    /**
     * Parks the calling thread until this clock reaches the deadline, the thread is unparked or interrupted, or for no
     * reason at all, as {@link java.util.concurrent.locks.LockSupport#parkNanos(long)} does. Returns at once when the
     * deadline has passed.
     *
     * @param blocker what the thread waits for, shown in thread dumps
     * @param deadlineNanos a time of {@link #nanoTime()}
     */
    void parkUntil(Object blocker, long deadlineNanos);

    /**
     * As {@link #parkUntil(Object, long)}. Before the thread parks, {@code armed} is run on it, as soon as this clock
     * is sure to wake it at the deadline. For whoever shows others that a thread waits: one who sees that and then
     * advances a {@link ManualClock} must not come before the thread's timer.
     *
     * @param blocker what the thread waits for, shown in thread dumps
     * @param deadlineNanos a time of {@link #nanoTime()}
     * @param armed short, does not throw; not run if the deadline has passed
     */
    default void parkUntil(Object blocker, long deadlineNanos, Runnable armed) {
        armed.run();
        parkUntil(blocker, deadlineNanos);
    }

    /**
     * For a timer's task: does something that may take its time. The {@linkplain #system() clock of this machine} has
     * one thread for all timers, so it gives that to the executor and returns at once. A clock without such a thread,
     * as {@link ManualClock} is, does it within this call.
     *
     * @param executor another thread
     * @param work what to do
     */
    default void handOff(Executor executor, Runnable work) {
        work.run();
    }

    /**
     * The nanoseconds of a duration, cut to the range of {@code long}.
     *
     * @param duration zero and negative are kept as they are
     * @return nanoseconds, {@link Long#MAX_VALUE} or {@link Long#MIN_VALUE} for what lies beyond 292 years
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
     * The time at which a wait that begins now is over.
     *
     * @param wait zero and negative give a deadline that has passed already
     * @return a time of {@link #nanoTime()}, at most half the range of {@code long} away, so that differences do not
     *         overflow
     */
    default long deadlineAfter(Duration wait) {
        return nanoTime() + Math.clamp(saturatedNanos(wait), Long.MIN_VALUE / 2, Long.MAX_VALUE / 2);
    }
}
