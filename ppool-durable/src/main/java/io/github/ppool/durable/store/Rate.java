package io.github.ppool.durable.store;

import java.time.Duration;

/**
 * A number of tasks within a time. In no window of that time more tasks begin. So many may begin at once; each of them
 * counts until the time has passed since its begin, rounded up to a sixtieth of the time.
 *
 * @param tasks the number of tasks, 1 or more
 * @param time the time, from a millisecond on
 */
public record Rate(int tasks, Duration time) {

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if a part is below its least value
     */
    public Rate {
        if (tasks < 1) {
            throw new IllegalArgumentException("tasks must be at least 1, got: " + tasks);
        }
        if (time.toMillis() < 1) {
            throw new IllegalArgumentException("time must be at least 1ms, got: " + time);
        }
    }
}
