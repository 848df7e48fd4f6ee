package io.github.ppool.test.durable;

import io.github.ppool.durable.DurableClock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/** A clock of durable tasks that stands still until a test moves it on. Any thread may call the methods. */
public final class ManualDurableClock implements DurableClock {

    private Instant now; // guarded by this

    /**
     * A clock.
     *
     * @param start the first time; parts below a millisecond are cut off
     */
    public ManualDurableClock(Instant start) {
        this.now = Objects.requireNonNull(start, "start must not be null").truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public synchronized Instant now() {
        return now;
    }

    /**
     * Moves the clock on. Runs no task.
     *
     * @param time the time
     * @throws IllegalArgumentException if the time is negative
     */
    public synchronized void advance(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time must not be negative, got: " + time);
        }
        now = now.plus(time);
    }
}
