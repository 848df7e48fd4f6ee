package io.github.ppool.time;

import io.github.ppool.guard.ForeignCode;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still until a call advances it: for tests, and for trying out restart plans without waiting.
 *
 * <p>Any thread may use it. Timers run on the thread that calls {@link #advance(Duration)}, in the order of their times
 * and, at the same time, in the order of their scheduling. While a timer runs, {@link #nanoTime()} shows its time. A
 * timer with a zero or negative delay runs at the next {@code advance}, also of zero.
 */
public final class ManualClock implements MonotonicClock {

    // The end of the time, at which no deadline overflows: a deadline is at most half the range further on.
    private static final long END_NANOS = Long.MAX_VALUE / 2;

    // Guarded by this clock's monitor; tasks run outside of it.
    private final TreeSet<ManualTimer> timers = new TreeSet<>();
    private long nowNanos;
    private long scheduled;

    /** Makes a clock at time 0 without timers. */
    public ManualClock() {}

    @Override
    public synchronized long nanoTime() {
        return nowNanos;
    }

    @Override
    public synchronized Timer schedule(Duration delay, Runnable task) {
        Objects.requireNonNull(task, "task must not be null");
        return add(nowNanos + Math.clamp(MonotonicClock.saturatedNanos(delay), 0, Long.MAX_VALUE / 2), task);
    }

    @Override
    public void parkUntil(Object blocker, long deadlineNanos) {
        parkUntil(blocker, deadlineNanos, () -> {});
    }

    @Override
    public void parkUntil(Object blocker, long deadlineNanos, Runnable armed) {
        Thread thread = Thread.currentThread();
        ManualTimer timer;
        synchronized (this) {
            if (deadlineNanos - nowNanos <= 0) {
                return;
            }
            timer = add(deadlineNanos, () -> LockSupport.unpark(thread));
        }
        try {
            armed.run();
            LockSupport.park(blocker);
        } finally {
            timer.cancel();
        }
    }

    /**
     * Advances the time, at most to 146 years after its beginning, and runs every timer that becomes due on the way,
     * timers that these timers schedule included. Returns after their tasks have returned. Consequences on other
     * threads may still be under way.
     *
     * @param time zero runs the timers that are due now
     * @throws IllegalArgumentException if the time is negative; the clock stands as before
     */
    public void advance(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time must not be negative, got: " + time);
        }
        long target;
        synchronized (this) {
            target = nowNanos + Math.min(MonotonicClock.saturatedNanos(time), END_NANOS - nowNanos);
        }
        for (ManualTimer due = takeDue(target); due != null; due = takeDue(target)) {
            ForeignCode.run("a timer's task", due.task::run);
        }
    }

    /**
     * Returns the time until the next timer is due, threads that wait in {@link #parkUntil} included.
     *
     * @return nanoseconds from now, never negative; empty if no timer is pending
     */
    public synchronized OptionalLong nanosToNextTimer() {
        return timers.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, timers.first().deadlineNanos - nowNanos));
    }

    private synchronized ManualTimer add(long deadlineNanos, Runnable task) {
        ManualTimer timer = new ManualTimer(deadlineNanos, scheduled++, task);
        timers.add(timer);
        return timer;
    }

    private synchronized @Nullable ManualTimer takeDue(long target) {
        if (timers.isEmpty() || timers.first().deadlineNanos > target) {
            nowNanos = Math.max(nowNanos, target);
            return null;
        }
        ManualTimer due = timers.removeFirst();
        nowNanos = Math.max(nowNanos, due.deadlineNanos);
        return due;
    }

    @Override
    public synchronized String toString() {
        return "ManualClock[" + Duration.ofNanos(nowNanos) + ", timers=" + timers.size() + "]";
    }

    private final class ManualTimer implements Timer, Comparable<ManualTimer> {
        private final long deadlineNanos;
        private final long sequence;
        private final Runnable task;

        ManualTimer(long deadlineNanos, long sequence, Runnable task) {
            this.deadlineNanos = deadlineNanos;
            this.sequence = sequence;
            this.task = task;
        }

        @Override
        public boolean cancel() {
            synchronized (ManualClock.this) {
                return timers.remove(this);
            }
        }

        @Override
        public int compareTo(ManualTimer other) {
            int byTime = Long.compare(deadlineNanos, other.deadlineNanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }
}
