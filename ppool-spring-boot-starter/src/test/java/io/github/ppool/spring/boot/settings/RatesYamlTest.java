package io.github.ppool.spring.boot.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Rate;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.spring.boot.autoconfigure.RecordingPools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.ByteArrayResource;

/** The rates in settings: the YAML of docs/rates.md, and those of the defaults. */
class RatesYamlTest {

    private static void read(String yaml, Consumer<PoolSpec<?>> check) {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
                .withUserConfiguration(SettingsTest.Workers.class)
                .withBean("smtpFactory", WorkerFactory.class, () -> (WorkerFactory<Object>) Object::new)
                .withInitializer(context -> load(context, yaml))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    check.accept(context.getBean(RecordingPools.class).specs.get("smtp"));
                });
    }

    private static void load(ConfigurableApplicationContext context, String yaml) {
        try {
            new YamlPropertySourceLoader()
                    .load("application.yml", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))
                    .forEach(context.getEnvironment().getPropertySources()::addLast);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Test
    void the_yaml_of_the_documentation_is_read() throws IOException {
        Matcher block = Pattern.compile("<!-- read by RatesYamlTest -->\n```yaml\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("..", "docs", "rates.md")));
        assertThat(block.find()).isTrue();
        read(block.group(1), spec -> {
            assertThat(spec.rate()).isEqualTo(new Rate(100, Duration.ofMinutes(1), 20));
            assertThat(spec.keyRate()).isNull();
            assertThat(spec.overrunAfter()).isNull();
        });
    }

    @Test
    void a_pool_takes_the_rate_of_the_defaults_and_changes_its_burst() {
        read("""
                ppool:
                  defaults: {rate: 50/1s, key-rate: 5/1s, overrun-after: 3s}
                  pools: {smtp: {worker: smtpFactory, burst: 7, key-rate: 2/1s}}
                """, spec -> {
            assertThat(spec.rate()).isEqualTo(new Rate(50, Duration.ofSeconds(1), 7));
            assertThat(spec.keyRate()).isEqualTo(Rate.of(2, Duration.ofSeconds(1)));
            assertThat(spec.overrunAfter()).hasSeconds(3);
        });
    }
}
