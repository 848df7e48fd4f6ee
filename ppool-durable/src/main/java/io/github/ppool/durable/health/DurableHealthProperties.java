package io.github.ppool.durable.health;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of the health of durable tasks.
 *
 * @param laidDown Number of laid-down tasks, over all pools and nodes, from which the health is DEGRADED; 0 for never.
 * @param oldestReady Age of the oldest ready task of a pool from which the health is DEGRADED; 0s for never.
 */
@ConfigurationProperties("management.health.ppool.durable")
public record DurableHealthProperties(
        @DefaultValue("1") int laidDown, @DefaultValue("1h") Duration oldestReady) {

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is negative
     */
    public DurableHealthProperties {
        if (laidDown < 0) {
            throw new IllegalArgumentException(
                    "management.health.ppool.durable.laid-down must not be negative, got: " + laidDown);
        }
        if (oldestReady.isNegative()) {
            throw new IllegalArgumentException(
                    "management.health.ppool.durable.oldest-ready must not be negative, got: " + oldestReady);
        }
    }
}
