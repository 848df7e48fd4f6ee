package io.github.ppool.pool.engine;

import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.Rate;
import io.github.ppool.time.MonotonicClock;
import io.github.ppool.time.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The rate of a pool's hand-outs: its own, its share of one that it has with others, or both. While it is used up the
 * pool serves no waiter, as if it were suspended: waiters stay in the queue, and workers are idle. One timer looks
 * again when the next hand-out is permitted. It runs only while waiters wait for that. While the pool has no share it
 * does not run either: then the owner of the shared rate is told, and its grant dispatches.
 *
 * <p>Guarded by the engine's lock. Only a pool with a rate has one.
 */
final class HandOutRate {

    private final @Nullable Rate rate;
    private final @Nullable RateWindow window;
    /** Null unless the pool shares a rate with others. */
    final @Nullable ShareWindow share;
    private final MonotonicClock clock;
    private final Runnable whenPermitted;
    private @Nullable Timer timer;
    private boolean awaitsShare;

    private HandOutRate(
            @Nullable Rate rate, @Nullable ShareWindow share, MonotonicClock clock, Runnable whenPermitted) {
        this.rate = rate;
        this.window = rate == null ? null : new RateWindow(rate);
        this.share = share;
        this.clock = clock;
        this.whenPermitted = whenPermitted;
    }

    /**
     * The rate of a pool that has handed out no worker.
     *
     * @param whenPermitted called by the clock when a hand-out that was waited for may be permitted
     * @return the rate; null if the pool has none
     */
    static @Nullable HandOutRate of(PoolSpec<?> spec, MonotonicClock clock, Runnable whenPermitted) {
        Rate own = spec.rate();
        ShareWindow shared = ShareWindow.of(spec.sharedRate());
        return own == null && shared == null ? null : new HandOutRate(own, shared, clock, whenPermitted);
    }

    /** The number of hand-outs that are permitted at once, zero or more. */
    int available() {
        long now = clock.nanoTime();
        int own = window == null ? Integer.MAX_VALUE : window.available(now);
        return own == 0 || share == null ? own : Math.min(own, share.available(now));
    }

    boolean isUsedUp() {
        return available() == 0;
    }

    /** A worker is handed out. */
    void take() {
        long now = clock.nanoTime();
        if (window != null) {
            window.take(now);
        }
        if (share != null) {
            share.take(now);
        }
    }

    /** A caller that does not wait was refused. */
    void refused() {
        if (share != null) {
            share.refused(clock.nanoTime());
        }
    }

    /** Waiters wait for the next hand-out that is permitted. True if the owner of the share is to be told. */
    boolean await() {
        long now = clock.nanoTime();
        if (share != null && !share.isUsable(now)) {
            stopAwaiting();
            awaitsShare = true;
        } else if (timer == null) {
            timer = clock.schedule(until(nextNanos(now, 0), now), whenPermitted);
        }
        return share != null && share.isToBeTold(now);
    }

    private long nextNanos(long now, int before) {
        long next = window == null ? now : window.nextNanos(now, before);
        if (share != null) {
            long ofShare = share.nextNanos(now, before);
            next = ofShare - next > 0 ? ofShare : next;
        }
        return next;
    }

    /** The timer has gone off; {@link #await} starts it anew. */
    void timerIsOver() {
        timer = null;
    }

    /** No waiter will be served, or it is to be computed anew when. */
    void stopAwaiting() {
        awaitsShare = false;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    /**
     * The own rate at this moment; null if there is only a shared one.
     *
     * @param waiting the number of waiters before a caller that would come now
     */
    PoolStatus.@Nullable RateUse use(int waiting) {
        if (rate == null || window == null) {
            return null;
        }
        long now = clock.nanoTime();
        return new PoolStatus.RateUse(rate, window.used(now), until(window.nextNanos(now, 0), now),
                until(window.nextNanos(now, waiting), now));
    }

    /** The share at this moment; null without one. */
    PoolStatus.@Nullable SharedRateUse shareUse(int waiting) {
        return share == null ? null : share.use(clock.nanoTime(), waiting);
    }

    private static Duration until(long nanos, long now) {
        return Duration.ofNanos(Math.max(0, nanos - now));
    }

    /** For tests: whether a timer or a grant will look at the waiters again. */
    boolean isAwaited() {
        return timer != null || awaitsShare;
    }

    @Override
    public String toString() {
        return "HandOutRate[" + (window == null ? "" : rate + ", " + window) + (share == null ? "" : share)
                + (timer == null ? "" : ", awaited") + "]";
    }
}
