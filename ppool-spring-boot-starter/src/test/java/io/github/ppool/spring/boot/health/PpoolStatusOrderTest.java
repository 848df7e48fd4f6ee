package io.github.ppool.spring.boot.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

class PpoolStatusOrderTest {

    @Test
    void degraded_has_its_place_among_the_statuses() {
        assertThat(order()).isEqualTo("down,out-of-service,degraded,up,unknown");
    }

    @Test
    void what_the_application_says_comes_first() {
        assertThat(order("--management.endpoint.health.status.order=down,up")).isEqualTo("down,up");
    }

    private static String order(String... arguments) {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Empty.class)
                .web(WebApplicationType.NONE)
                .run(arguments)) {
            return context.getEnvironment().getProperty(PpoolStatusOrder.PROPERTY, "");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Empty {
    }
}
