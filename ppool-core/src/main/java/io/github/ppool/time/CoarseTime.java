package io.github.ppool.time;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The time as of the last tick, for callers that can't afford to read the clock. It ticks only while it is asked for.
 * After a number of ticks without a caller it stops; the next caller reads the clock and starts it again.
 *
 * <p>States: stopped ({@code ticking} false) → ticking, by the first caller, under the monitor; ticking → stopped, by
 * the timer, under the monitor. {@code now} is written before {@code ticking} is set. So a caller that sees it ticking
 * gets a time that is at most one tick older than the call. If it stops meanwhile, that holds for the beginning of the
 * call.
 */
final class CoarseTime {

    static final Duration TICK = Duration.ofMillis(10);
    /** The number of ticks in a row without a caller that end it: a second. */
    static final int QUIET_TICKS = 100;

    private final LongSupplier clock;
    private final Schedule schedule;

    private volatile boolean ticking;
    private volatile long now;
    /** Set by callers and reset by each tick. Written seldom, so that callers share the cache line. */
    private volatile boolean asked;

    @GuardedBy("this")
    private int quietTicks;

    /** Schedules the next tick. */
    interface Schedule {
        Timer schedule(Duration delay, Runnable task);
    }

    CoarseTime(LongSupplier clock, Schedule schedule) {
        this.clock = clock;
        this.schedule = schedule;
    }

    /** Any thread; blocks only in the first call after a quiet time. */
    long nanoTime() {
        if (!ticking) {
            return begin();
        }
        if (!asked) {
            asked = true;
        }
        return now;
    }

    private synchronized long begin() {
        if (!ticking) {
            now = clock.getAsLong();
            quietTicks = 0;
            asked = true;
            ticking = true;
            schedule.schedule(TICK, this::tick);
        }
        return now;
    }

    private synchronized void tick() {
        now = clock.getAsLong();
        quietTicks = asked ? 0 : quietTicks + 1;
        asked = false;
        if (quietTicks >= QUIET_TICKS) {
            ticking = false;
        } else {
            schedule.schedule(TICK, this::tick);
        }
    }
}
