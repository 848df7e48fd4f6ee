package io.github.ppool.spring.boot.health;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of the health of pools and trees, beside Spring Boot's own {@code enabled}.
 *
 * @param sheddingWindow Time for which a pool is DEGRADED after it has refused a caller or a task.
 */
@ConfigurationProperties("management.health.ppool")
public record PpoolHealthProperties(@DefaultValue("30s") Duration sheddingWindow) {

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the window is negative
     */
    public PpoolHealthProperties {
        if (sheddingWindow.isNegative()) {
            throw new IllegalArgumentException(
                    "management.health.ppool.shedding-window must not be negative, got: " + sheddingWindow);
        }
    }
}
