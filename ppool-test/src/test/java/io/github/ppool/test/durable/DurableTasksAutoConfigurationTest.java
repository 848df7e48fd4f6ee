package io.github.ppool.test.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.ppool.durable.DurableClock;
import io.github.ppool.durable.engine.DurableEngine;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

/** The beans that {@link AutoConfigureDurableTasks} adds to an application. */
class DurableTasksAutoConfigurationTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withUserConfiguration(Application.class)
            .withConfiguration(AutoConfigurations.of(DurableTasksAutoConfiguration.class))
            .withPropertyValues("ppool.durable.run=false",
                    "spring.datasource.url=jdbc:h2:mem:durable-tasks;DB_CLOSE_DELAY=-1");

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @Test
    void nothing_runs_by_itself_and_the_time_is_the_tests() {
        runner.withPropertyValues("spring.test.ppool.durable.manual-clock=true").run(context -> {
            assertThat(context).hasNotFailed().hasSingleBean(DurableTasks.class);
            assertThat(context.getBean(DurableEngine.class).isRunning()).isFalse();
            DurableTasks tasks = context.getBean(DurableTasks.class);
            Instant before = tasks.now();
            assertThat(tasks.advance(Duration.ofDays(1))).isZero();
            assertThat(tasks.now()).isEqualTo(before.plus(Duration.ofDays(1)));
            assertThatIllegalArgumentException().isThrownBy(() -> tasks.advance(Duration.ofMillis(-1)))
                    .withMessage("time must not be negative, got: PT-0.001S");
        });
    }

    @Test
    void without_a_manual_clock_the_time_can_not_be_moved() {
        runner.run(context -> {
            assertThat(context).doesNotHaveBean(DurableClock.class);
            assertThat(context.getBean(DurableTasks.class).drain()).isZero();
            assertThatIllegalStateException()
                    .isThrownBy(() -> context.getBean(DurableTasks.class).advance(Duration.ofDays(1)))
                    .withMessage("advance needs @AutoConfigureDurableTasks(manualClock = true)");
        });
    }

    @Test
    void an_application_without_durable_tasks_starts() {
        runner.withPropertyValues("ppool.durable.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(DurableEngine.class));
    }
}
