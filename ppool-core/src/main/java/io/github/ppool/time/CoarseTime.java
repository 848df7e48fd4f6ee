package io.github.ppool.time;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The time as of the last tick, for those to whom reading the clock would cost more than what they do. It ticks only
 * while somebody asks: after some ticks that nobody has asked between, it stops, and the next one who asks reads the
 * clock and sets it going.
 *
 * <p>States: stopped ({@code ticking} false) → ticking, by the first who asks, under the monitor; ticking → stopped, by
 * the timer, under the monitor. {@code now} is written before {@code ticking} is set, so whoever sees it ticking sees a
 * time that is not older than a tick before the question was asked, or than the beginning of the question if it stops
 * meanwhile.
 */
final class CoarseTime {

    static final Duration TICK = Duration.ofMillis(10);
    /** So many ticks in a row without a question end it: a second. */
    static final int QUIET_TICKS = 100;

    private final LongSupplier clock;
    private final Schedule schedule;

    private volatile boolean ticking;
    private volatile long now;
    /**
     * Set by those who ask, taken back by each tick. Written seldom, so that those who ask share the line of memory.
     */
    private volatile boolean asked;

    @GuardedBy("this")
    private int quietTicks;

    /** How the next tick is brought about. */
    interface Schedule {
        Timer schedule(Duration delay, Runnable task);
    }

    CoarseTime(LongSupplier clock, Schedule schedule) {
        this.clock = clock;
        this.schedule = schedule;
    }

    /** Any thread; does not block but for the first question after a quiet time. */
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
