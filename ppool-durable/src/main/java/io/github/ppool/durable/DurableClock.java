package io.github.ppool.durable;

import java.time.Instant;

/**
 * Replaces the database's clock for durable tasks, by a bean of this type. For tests: with it delays, plans and cron
 * times pass when the test says so. All nodes must have the same one.
 */
@FunctionalInterface
public interface DurableClock {

    /**
     * Reads the clock. Any thread may call; the method must not block.
     *
     * @return the present time, which does not go back
     */
    Instant now();
}
