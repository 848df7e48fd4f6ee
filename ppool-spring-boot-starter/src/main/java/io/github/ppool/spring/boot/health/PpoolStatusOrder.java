package io.github.ppool.spring.boot.health;

import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Gives {@code DEGRADED} its place in Spring Boot's order of statuses. Spring Boot ignores a status that is not in the
 * order, and would show an application with a degraded pool as UNKNOWN or UP. An order that the application sets takes
 * precedence.
 */
final class PpoolStatusOrder implements EnvironmentPostProcessor, Ordered {

    static final String PROPERTY = "management.endpoint.health.status.order";
    static final String ORDER = "down,out-of-service,degraded,up,unknown";

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        environment.getPropertySources().addLast(new MapPropertySource("ppool", Map.of(PROPERTY, ORDER)));
    }

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }
}
