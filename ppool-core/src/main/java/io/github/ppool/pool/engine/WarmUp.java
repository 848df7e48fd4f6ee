package io.github.ppool.pool.engine;

import io.github.ppool.pool.PoolSpec;
import io.github.ppool.time.MonotonicClock;
import io.github.ppool.time.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Spreads the first workers of a pool over a time: it says how many there may be by now, the first one at once. A
 * worker that a caller waits for is not asked about here, and counts. Guarded by the engine's lock.
 */
final class WarmUp {

    private final MonotonicClock clock;
    private final long wholeNanos;
    private final Runnable whenDue;
    private boolean running;
    private long sinceNanos;
    /** Set to the moment at which one more may be begun; null while none is set. */
    private @Nullable Timer timer;
    /** When the timer fires, after the begin. */
    private long timerDueNanos;

    private WarmUp(MonotonicClock clock, Duration whole, Runnable whenDue) {
        this.clock = clock;
        this.wholeNanos = PoolContext.limitedNanos(whole);
        this.whenDue = whenDue;
    }

    /**
     * The warm-up of a pool; null if all workers are begun at once.
     *
     * @param whenDue called on the clock's thread, without the lock, when one more may be begun
     */
    static @Nullable WarmUp of(PoolSpec<?> spec, MonotonicClock clock, Runnable whenDue) {
        return spec.warmUp().isZero() ? null : new WarmUp(clock, spec.warmUp(), whenDue);
    }

    /** The pool's supervisor runs from now on. */
    void begin() {
        end();
        running = true;
        sinceNanos = clock.nanoTime();
    }

    /** The supervisor has ended, or the pool is stopped. */
    void end() {
        running = false;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    /**
     * Whether one more worker may be begun now that no caller waits for. If not, {@code whenDue} follows.
     *
     * @param live the number of workers that there are
     * @param wanted the number that the pool is to have
     */
    boolean mayBegin(int live, int wanted) {
        long since = clock.nanoTime() - sinceNanos;
        if (!running || since >= wholeNanos) {
            running = false;
            return true;
        }
        long dueNanos = (long) ((double) wholeNanos / wanted * live);
        if (since >= dueNanos) {
            return true;
        }
        // Workers of the former supervisor may have been counted when the timer was set, and are gone now.
        if (timer == null || dueNanos < timerDueNanos) {
            if (timer != null) {
                timer.cancel();
            }
            timer = clock.schedule(Duration.ofNanos(dueNanos - since), whenDue);
            timerDueNanos = dueNanos;
        }
        return false;
    }

    boolean isRunning() {
        return running;
    }

    /** Whether the time is not over in which the first workers are spread. */
    boolean spreads() {
        return running && clock.nanoTime() - sinceNanos < wholeNanos;
    }

    /** The timer has fired. */
    void fired() {
        timer = null;
    }

    @Override
    public String toString() {
        return "WarmUp[running " + running + ", " + Duration.ofNanos(wholeNanos) + "]";
    }
}
