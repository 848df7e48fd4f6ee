package io.github.ppool.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Spring Boot knows the conditions of the auto-configurations without loading their classes. */
class AutoConfigurationMetadataTest {

    private static final String ROOT = "io.github.ppool.spring.boot.";

    private final Properties metadata = new Properties();

    AutoConfigurationMetadataTest() throws IOException {
        try (InputStream file = getClass().getResourceAsStream("/META-INF/spring-autoconfigure-metadata.properties")) {
            metadata.load(Objects.requireNonNull(file));
        }
    }

    private String said(String configuration, String key) {
        return metadata.getProperty(ROOT + configuration + "." + key, "");
    }

    @Test
    void each_auto_configuration_is_in_it() throws IOException {
        try (InputStream imports = getClass().getResourceAsStream(
                "/META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports")) {
            Set<String> configurations = new String(Objects.requireNonNull(imports).readAllBytes(),
                    StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.isBlank())
                    .collect(Collectors.toSet());
            assertThat(configurations).hasSize(9).allMatch(metadata::containsKey);
        }
    }

    @Test
    void the_classes_that_are_needed_are_in_it() {
        assertThat(said("metrics.PpoolMetricsAutoConfiguration", "ConditionalOnClass"))
                .isEqualTo("io.micrometer.core.instrument.MeterRegistry");
        assertThat(said("observation.PpoolObservationAutoConfiguration", "ConditionalOnClass"))
                .isEqualTo("io.micrometer.observation.ObservationRegistry");
        assertThat(said("endpoint.PpoolEndpointAutoConfiguration", "ConditionalOnClass").split(","))
                .contains("org.springframework.boot.actuate.endpoint.annotation.Endpoint");
        assertThat(said("health.PpoolHealthContributorAutoConfiguration", "ConditionalOnClass")).isNotEmpty();
    }

    @Test
    void the_order_is_in_it() {
        for (String configuration : List.of("metrics.PpoolMetricsAutoConfiguration",
                "observation.PpoolObservationAutoConfiguration", "endpoint.PpoolEndpointAutoConfiguration")) {
            assertThat(said(configuration, "AutoConfigureAfter").split(","))
                    .contains(PpoolAutoConfiguration.class.getName());
        }
    }
}
