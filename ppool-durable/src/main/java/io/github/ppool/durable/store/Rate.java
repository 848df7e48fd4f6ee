package io.github.ppool.durable.store;

import java.time.Duration;

/**
 * A number of tasks within a time. So many may begin at once; they come back evenly over the time.
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
