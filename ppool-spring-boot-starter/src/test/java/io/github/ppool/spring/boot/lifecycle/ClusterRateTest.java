package io.github.ppool.spring.boot.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.Rate;
import io.github.ppool.pool.RateShare;
import io.github.ppool.pool.SharedRate;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.ClusterRates;
import io.github.ppool.spring.boot.PoolStarts;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ByteArrayResource;

/** The setting {@code cluster-rate}, with a bean that makes the rates and without. */
@ExtendWith(OutputCaptureExtension.class)
class ClusterRateTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
            .withUserConfiguration(Workers.class)
            .withPropertyValues("ppool.pools.smtp.worker=worker", "ppool.pools.smtp.size=3");

    @Test
    void a_pool_with_a_cluster_rate_gets_its_share_from_the_bean() {
        runner.withUserConfiguration(Rates.class).withPropertyValues("ppool.pools.smtp.cluster-rate=10/1h",
                "ppool.pools.free.worker=worker").run(context -> {
                    PoolClient<?> smtp = context.getBean("smtp", PoolClient.class);
                    smtp.checkout().close();
                    assertThat(smtp.status().sharedRate())
                            .returns("cluster-rate 10/1h", PoolStatus.SharedRateUse::limit)
                            .returns(4, PoolStatus.SharedRateUse::share).returns(1, PoolStatus.SharedRateUse::used);
                    Pools pools = context.getBean(Pools.class);
                    assertThat(pools.spec("free").orElseThrow().sharedRate()).isNull();
                });
    }

    @Test
    void the_rate_of_the_defaults_is_one_for_each_pool_and_a_pool_changes_its_burst() {
        runner.withUserConfiguration(Rates.class).withPropertyValues("ppool.defaults.cluster-rate=10/1h",
                "ppool.pools.smtp.cluster-burst=3", "ppool.pools.other.worker=worker",
                "ppool.pools.other.cluster-rate=7/1s").run(context -> {
                    Pools pools = context.getBean(Pools.class);
                    assertThat(pools.spec("smtp").orElseThrow().sharedRate())
                            .hasToString("cluster-rate 10/1h, burst 3");
                    assertThat(pools.spec("other").orElseThrow().sharedRate()).hasToString("cluster-rate 7/1s");
                });
    }

    @Test
    void without_the_module_the_application_does_not_start_and_the_analysis_says_why(CapturedOutput output) {
        assertThatThrownBy(() -> SpringApplication.run(Application.class, "--spring.main.web-application-type=none",
                "--ppool.pools.smtp.worker=worker", "--ppool.pools.smtp.cluster-rate=10/1m"))
                .hasStackTraceContaining("InvalidPoolSettingsException");
        assertThat(output).contains("APPLICATION FAILED TO START", "ppool.pools.smtp.cluster-rate",
                "a rate over several nodes needs the module ppool-cluster, and there is no bean of the type"
                        + " ClusterRates",
                "Add the dependency ppool-cluster and a DataSource, or remove cluster-rate.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "cluster-rate=0/1m; cluster-rate must permit 1 to 999999999, got: 0",
            "cluster-rate=ten; cluster-rate must be a number, a slash and a duration, such as 100/1m, got: ten",
            "cluster-burst=3; cluster-burst says how many begin at once within a rate, but there is no rate",
            "cluster-rate=2/1s,cluster-burst=3; cluster-burst must be 1 to 2, which the rate permits, got: 3",
            "cluster-rate=100/1m,rate=100/1m; rate 100/1m of each node is never used up, because cluster-rate 100/1m",
            "cluster-rate=100/1m,rate=200/1s; rate 200/1s of each node is never used up, because cluster-rate 100/1m"})
    void wrong_and_contradictory_rates_are_refused(String settings, String rule) {
        String[] properties = settings.split(",");
        for (int i = 0; i < properties.length; i++) {
            properties[i] = "ppool.pools.smtp." + properties[i];
        }
        runner.withUserConfiguration(Rates.class).withPropertyValues(properties).run(context -> {
            assertThat(context).hasFailed();
            assertThat(context.getStartupFailure()).hasStackTraceContaining(rule);
        });
    }

    @Test
    void the_yaml_of_the_documentation_is_read() throws IOException {
        Matcher block = Pattern.compile("<!-- read by ClusterRateTest -->\n```yaml\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("..", "docs", "reference", "cluster-rates.md")));
        assertThat(block.find()).isTrue();
        runner.withUserConfiguration(Rates.class)
                .withBean("smtpConnections", WorkerFactory.class, () -> (WorkerFactory<Object>) Object::new)
                .withInitializer(context -> load(context, block.group(1)))
                .run(context -> assertThat(context.getBean(Pools.class).spec("smtp").orElseThrow().sharedRate())
                        .hasToString("cluster-rate 100/1m, burst 20"));
    }

    private static void load(ConfigurableApplicationContext context, String yaml) {
        try {
            new YamlPropertySourceLoader()
                    .load("application.yml", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))
                    .forEach(context.getEnvironment().getPropertySources()::addFirst);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Test
    void a_rate_of_each_node_may_be_stricter_for_a_shorter_time() {
        for (String rate : new String[]{"50/1m", "10/1s", "500/1h"}) {
            runner.withUserConfiguration(Rates.class).withPropertyValues("ppool.pools.smtp.cluster-rate=100/1m",
                    "ppool.pools.smtp.rate=" + rate).run(context -> assertThat(context).hasNotFailed());
        }
    }

    @Test
    void a_pool_that_is_started_at_run_time_has_a_cluster_rate_too() {
        runner.withUserConfiguration(Rates.class).run(context -> {
            PoolClient<?> late = context.getBean(PoolStarts.class)
                    .start("late", Map.of("worker", "worker", "cluster-rate", "10/1h"));
            assertThat(late.status().sharedRate()).returns(4, PoolStatus.SharedRateUse::share);
        });
        runner.run(context -> assertThatIllegalArgumentException()
                .isThrownBy(() -> context.getBean(PoolStarts.class)
                        .start("late", Map.of("worker", "worker", "cluster-rate", "10/1h")))
                .withMessageContaining("cluster-rate").withMessageContaining("ppool-cluster"));
    }

    @Configuration(proxyBeanMethods = false)
    static class Workers {
        @Bean
        WorkerFactory<Object> worker() {
            return Object::new;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        WorkerFactory<Object> worker() {
            return Object::new;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Rates {
        @Bean
        ClusterRates clusterRates() {
            return (pool, rate) -> new FourOf(rate);
        }
    }

    /** Grants four permits for an hour. */
    private static final class FourOf implements SharedRate {
        private final Rate rate;

        FourOf(Rate rate) {
            this.rate = rate;
        }

        @Override
        public Rate rate() {
            return rate;
        }

        @Override
        public void opened(RateShare share) {
            share.grant(Math.min(4, rate.permits()), System.nanoTime() + Duration.ofHours(1).toNanos());
        }

        @Override
        public void wanted(RateShare share) {}

        @Override
        public void closed(RateShare share) {}

        @Override
        public String toString() {
            return "cluster-rate " + rate;
        }
    }
}
