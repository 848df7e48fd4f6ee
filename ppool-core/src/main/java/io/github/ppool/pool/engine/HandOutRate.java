package io.github.ppool.pool.engine;

import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.Rate;
import io.github.ppool.time.MonotonicClock;
import io.github.ppool.time.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The rate of a pool's hand-outs. While it is used up the pool serves no waiter, as if it were suspended: waiters stay
 * in the queue, and workers are idle. One timer looks again when the next hand-out is permitted. It runs only while
 * waiters wait for that.
 *
 * <p>Guarded by the engine's lock. Only a pool with a rate has one.
 */
final class HandOutRate {

    private final Rate rate;
    private final RateWindow window;
    private final MonotonicClock clock;
    private final Runnable whenPermitted;
    private @Nullable Timer timer;

    /**
     * The rate of a pool that has handed out nothing.
     *
     * @param whenPermitted called by the clock when a hand-out that was waited for may be permitted
     */
    HandOutRate(Rate rate, MonotonicClock clock, Runnable whenPermitted) {
        this.rate = rate;
        this.window = new RateWindow(rate);
        this.clock = clock;
        this.whenPermitted = whenPermitted;
    }

    /** The number of hand-outs that are permitted at once, zero or more. */
    int available() {
        return window.available(clock.nanoTime());
    }

    boolean isUsedUp() {
        return !window.isPermitted(clock.nanoTime());
    }

    /** A worker is handed out. */
    void take() {
        window.take(clock.nanoTime());
    }

    /** Waiters wait for the next hand-out that is permitted. */
    void await() {
        if (timer == null) {
            long now = clock.nanoTime();
            timer = clock.schedule(Duration.ofNanos(Math.max(0, window.nextNanos(now, 0) - now)), whenPermitted);
        }
    }

    /** The timer has gone off; {@link #await} starts it anew. */
    void timerIsOver() {
        timer = null;
    }

    /** No waiter will be served. */
    void stopAwaiting() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    /**
     * The rate at this moment.
     *
     * @param waiting the number of waiters before a caller that would come now
     */
    PoolStatus.RateUse use(int waiting) {
        long now = clock.nanoTime();
        return new PoolStatus.RateUse(rate, window.used(now), until(window.nextNanos(now, 0), now),
                until(window.nextNanos(now, waiting), now));
    }

    private static Duration until(long nanos, long now) {
        return Duration.ofNanos(Math.max(0, nanos - now));
    }

    /** For tests: whether the timer runs. */
    boolean isAwaited() {
        return timer != null;
    }

    @Override
    public String toString() {
        return "HandOutRate[" + rate + ", " + window + (timer == null ? "" : ", awaited") + "]";
    }
}
