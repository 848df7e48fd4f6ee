package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeadlineHeap;
import io.github.ppool.concurrent.QueueNode;
import io.github.ppool.pool.Rate;
import io.github.ppool.time.MonotonicClock;
import io.github.ppool.time.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The rate of each key, and one timer for the next time at which one of them is due: a task waits for it, or its
 * record is empty.
 *
 * <p>Guarded by the engine's lock. Only a pool with a rate for keys has one.
 *
 * @param <C> the keys
 */
final class KeyPaces<C> {

    private final Rate rate;
    private final MonotonicClock clock;
    private final Runnable whenDue;
    private final DeadlineHeap<Due<C>> dues = new DeadlineHeap<>();
    private @Nullable Timer timer;
    private long timerNanos;
    private boolean stopped;

    /**
     * The rates of no key yet.
     *
     * @param whenDue called by the clock when a key may be due
     */
    KeyPaces(Rate rate, MonotonicClock clock, Runnable whenDue) {
        this.rate = rate;
        this.clock = clock;
        this.whenDue = whenDue;
    }

    /** The time at which a key is to be looked at. */
    private static final class Due<C> extends QueueNode {
        private final C key;

        private Due(C key) {
            this.key = key;
        }
    }

    /** The beginnings of one key. */
    static final class Pace<C> {
        private final RateWindow window;
        private final MonotonicClock clock;
        private @Nullable Due<C> due;

        private Pace(Rate rate, MonotonicClock clock) {
            this.window = new RateWindow(rate);
            this.clock = clock;
        }

        /** Whether no task may begin now. */
        boolean isUsedUp() {
            return !window.isPermitted(clock.nanoTime());
        }

        /** The time until a task may begin, zero if one may begin now. */
        Duration permitIn() {
            long now = clock.nanoTime();
            return Duration.ofNanos(Math.max(0, window.nextNanos(now, 0) - now));
        }

        /** Whether the record is empty. */
        boolean isClear() {
            return window.isClear(clock.nanoTime());
        }

        /** A task begins. */
        void take() {
            window.take(clock.nanoTime());
        }

        /** For tests: whether the key will be looked at. */
        boolean isAwaited() {
            return due != null;
        }
    }

    /** The pace of a key without a beginning. */
    Pace<C> begin() {
        return new Pace<>(rate, clock);
    }

    /**
     * A key is to be looked at again.
     *
     * @param waits true when its next task may begin, false when its record is empty
     */
    void await(C key, Pace<C> pace, boolean waits) {
        forget(pace);
        long now = clock.nanoTime();
        Due<C> due = new Due<>(key);
        pace.due = due;
        dues.add(due, waits ? pace.window.nextNanos(now, 0) : pace.window.clearNanos(now));
        schedule();
    }

    /** A key need not be looked at. */
    void forget(Pace<C> pace) {
        if (pace.due != null) {
            dues.remove(pace.due);
            pace.due = null;
        }
    }

    /** A key that is due, which is not looked at again by itself; null if none is. */
    @Nullable
    C pollDue() {
        Due<C> due = dues.pollDue(clock.nanoTime());
        return due == null ? null : due.key;
    }

    /** The timer has gone off; {@link #schedule} starts it anew. */
    void timerIsOver() {
        timer = null;
    }

    /** Starts the timer, if a key is to be looked at. */
    void schedule() {
        if (stopped || dues.isEmpty()) {
            return;
        }
        long earliest = dues.earliestNanos();
        if (timer != null) {
            if (timerNanos - earliest <= 0) {
                return;
            }
            timer.cancel();
        }
        timerNanos = earliest;
        timer = clock.schedule(Duration.ofNanos(Math.max(0, earliest - clock.nanoTime())), whenDue);
    }

    /** Whether tasks are run from now on; if not, no timer runs. */
    void setRunning(boolean running) {
        stopped = !running;
        if (stopped && timer != null) {
            timer.cancel();
            timer = null;
        }
        schedule();
    }
}
