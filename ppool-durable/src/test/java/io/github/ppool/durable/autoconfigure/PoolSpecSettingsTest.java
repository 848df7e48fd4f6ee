package io.github.ppool.durable.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.durable.DurableQueues;
import io.github.ppool.durable.DurableTaskAdmin;
import io.github.ppool.durable.DurableTaskState;
import io.github.ppool.durable.DurableTaskView;
import io.github.ppool.durable.PoolTask;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.Rate;
import io.github.ppool.spring.boot.DurablePools;
import io.github.ppool.spring.boot.DurableSettings;
import io.github.ppool.spring.boot.DurableSettings.OnEnd;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** A pool that a PoolSpec bean makes has the settings under {@code durable} of its name. */
@Timeout(60)
class PoolSpecSettingsTest {

    private static final Duration LONGEST = Duration.ofSeconds(50);

    @Configuration(proxyBeanMethods = false)
    static class Specs {
        @Bean
        PoolSpec<StringBuilder> nightReportsSpec() {
            return PoolSpec.builder("night-reports", StringBuilder::new).size(1).build();
        }

        /** The pool has neither the name of the bean nor that of its client. */
        @Bean
        PoolSpec<StringBuilder> second() {
            return PoolSpec.builder("archive", StringBuilder::new).size(1).build();
        }

        @Bean
        Tasks tasks() {
            return new Tasks();
        }
    }

    static class Tasks {
        @PoolTask(pool = "night-reports", name = "report")
        void report(String text) {
            throw new IllegalStateException(text);
        }

        @PoolTask(pool = "archive", name = "keep")
        void keep(String text) {
            throw new IllegalStateException(text);
        }
    }

    private static ApplicationContextRunner runner() {
        return DurableRunner.h2().withUserConfiguration(Specs.class);
    }

    private static DurableSettings settings(GenericApplicationContext context, String pool) {
        return context.getBean(DurablePools.class).settings(pool);
    }

    @Test
    void the_plan_of_the_settings_decides_about_tasks_of_the_bean_s_pool() {
        runner().withPropertyValues(
                "ppool.defaults.durable.plan=wait",
                "ppool.pools.night-reports.durable.plan=delete").run(context -> {
                    assertThat(context.getBean(Pools.class).names()).containsExactly("archive", "night-reports",
                            "smtp");
                    DurableQueues queues = context.getBean(DurableQueues.class);
                    long deleted = queues.queue("night-reports", "report", 1, String.class).enqueue("a").id();
                    long laidDown = queues.queue("archive", "keep", 1, String.class).enqueue("b").id();
                    DurableTaskAdmin tasks = context.getBean(DurableTaskAdmin.class);
                    await().atMost(LONGEST).until(() -> tasks.find(deleted).isEmpty());
                    await().atMost(LONGEST).until(() -> tasks.find(laidDown).map(DurableTaskView::state)
                            .filter(DurableTaskState.LAID_DOWN::equals).isPresent());
                });
    }

    @Test
    void each_setting_counts_and_the_rest_is_that_of_all_pools() {
        runner().withPropertyValues(
                "ppool.defaults.durable.prefetch=7",
                "ppool.defaults.durable.rate=5/1s",
                "ppool.pools.archive.durable.rate=100/1m",
                "ppool.pools.archive.durable.on-end=delete",
                "ppool.pools.archive.durable.partitions=true").run(context -> {
                    GenericApplicationContext own = (GenericApplicationContext) context.getSourceApplicationContext();
                    DurableSettings archive = settings(own, "archive");
                    assertThat(archive.rate()).isEqualTo(Rate.of(100, Duration.ofMinutes(1)));
                    assertThat(archive.onEnd()).isEqualTo(OnEnd.DELETE);
                    assertThat(archive.partitions()).isTrue();
                    assertThat(archive.prefetch()).isEqualTo(7);
                    DurableSettings reports = settings(own, "night-reports");
                    assertThat(reports.rate()).isEqualTo(Rate.of(5, Duration.ofSeconds(1)));
                    assertThat(reports.onEnd()).isEqualTo(OnEnd.WAIT);
                });
    }

    @Test
    void an_environment_variable_counts() {
        runner().withInitializer(context -> context.getEnvironment().getPropertySources().addFirst(
                new SystemEnvironmentPropertySource("test-systemEnvironment",
                        Map.of("PPOOL_POOLS_NIGHTREPORTS_DURABLE_RATE", "3/1h"))))
                .run(context -> assertThat(settings(
                        (GenericApplicationContext) context.getSourceApplicationContext(), "night-reports").rate())
                        .isEqualTo(Rate.of(3, Duration.ofHours(1))));
    }

    @Test
    void a_context_below_leaves_the_settings_to_the_bean_above() {
        runner().withPropertyValues("ppool.pools.archive.durable.rate=100/1m").run(parent -> DurableRunner.h2()
                .withParent(parent)
                .withPropertyValues("ppool.pools.archive.durable.rate=100/1m")
                .run(child -> {
                    assertThat(child).hasNotFailed();
                    assertThat(settings((GenericApplicationContext) child.getSourceApplicationContext(), "archive")
                            .rate()).isEqualTo(Rate.of(100, Duration.ofMinutes(1)));
                }));
    }

    @Test
    void settings_for_a_pool_that_no_bean_makes_are_refused() {
        runner().withPropertyValues("ppool.pools.archiv.durable.rate=100/1m").run(context -> {
            FailureAnalysis analysis = DurableRunner.analysis(context);
            assertThat(analysis.getDescription()).contains("ppool.pools.archiv",
                    "there are settings under durable only, and no PoolSpec bean makes a pool of this name");
            assertThat(analysis.getAction()).contains("Did you mean archive?");
        });
    }

    @Test
    void a_wrong_value_is_refused() {
        runner().withPropertyValues("ppool.pools.archive.durable.rate=often").run(context -> assertThat(
                DurableRunner.analysis(context).getDescription())
                .contains("ppool.pools.archive.durable.rate", "often"));
    }

    @Test
    void other_settings_of_the_bean_s_pool_are_refused() {
        runner().withPropertyValues("ppool.pools.archive.durable.rate=1/1s", "ppool.pools.archive.size=3")
                .run(context -> assertThat(DurableRunner.analysis(context).getDescription())
                        .contains("ppool.pools.archive"));
    }
}
