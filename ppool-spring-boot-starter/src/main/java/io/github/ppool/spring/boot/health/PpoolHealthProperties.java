package io.github.ppool.spring.boot.health;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The settings of the health of pools and trees, beside Spring Boot's own {@code enabled}. A bean with setters, because
 * the default of a constructor's parameter is a text that Spring Boot converts at each start.
 */
@SuppressWarnings("doclint:missing") // the comment of a property is that of its field
@ConfigurationProperties("management.health.ppool")
public final class PpoolHealthProperties {

    /** Time for which a pool is DEGRADED after it has refused a caller or a task. */
    private Duration sheddingWindow = Duration.ofSeconds(30);

    public PpoolHealthProperties() {}

    public Duration getSheddingWindow() {
        return sheddingWindow;
    }

    public void setSheddingWindow(Duration sheddingWindow) {
        if (sheddingWindow.isNegative()) {
            throw new IllegalArgumentException(
                    "management.health.ppool.shedding-window must not be negative, got: " + sheddingWindow);
        }
        this.sheddingWindow = sheddingWindow;
    }
}
