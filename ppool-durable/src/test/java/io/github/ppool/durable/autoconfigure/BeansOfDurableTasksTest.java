package io.github.ppool.durable.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.github.ppool.cluster.PpoolClusterDataSource;
import io.github.ppool.cluster.TestDatabases;
import io.github.ppool.durable.DurableClock;
import io.github.ppool.durable.DurableQueue;
import io.github.ppool.durable.DurableQueues;
import io.github.ppool.durable.DurableTask;
import io.github.ppool.durable.DurableTaskAdmin;
import io.github.ppool.durable.DurableTaskState;
import io.github.ppool.durable.PoolTask;
import io.github.ppool.durable.TaskQuery;
import io.github.ppool.durable.autoconfigure.DurableRunner.SmtpWorker;
import io.github.ppool.durable.beans.StoredQueues;
import io.github.ppool.durable.beans.TaskHandlers;
import io.github.ppool.durable.engine.DurableEngine;
import io.github.ppool.durable.engine.DurablePoolSettings;
import io.github.ppool.durable.engine.TaskHandler;
import io.github.ppool.durable.store.Claim;
import io.github.ppool.durable.store.TaskStore;
import io.github.ppool.pool.Rate;
import io.github.ppool.spring.boot.DurablePools;
import io.github.ppool.spring.boot.DurableSettings;
import io.github.ppool.spring.boot.PpoolPhases;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;

/** The beans of an application with durable tasks. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BeansOfDurableTasksTest {

    record Mail(String to) {}

    private static final List<String> RAN = new CopyOnWriteArrayList<>();
    private static final AtomicInteger MADE = new AtomicInteger();

    private static final String AT_SIX = "0 0 6 * * *";
    private static final String IN = "Europe/Berlin";

    static class Plain {
        @PoolTask(pool = "${the.pool}", name = "plain", timeout = "${the.timeout:45s}", cron = AT_SIX, zone = IN)
        void run(DurableTask task) {
            RAN.add("plain " + task.name());
        }
    }

    static class Lazily {
        Lazily() {
            MADE.incrementAndGet();
        }

        @PoolTask(pool = "smtp", name = "lazy")
        void run(SmtpWorker worker, DurableTask task, Mail mail) {
            RAN.add("lazy " + mail.to() + " " + (worker != null) + " " + task.attempt());
        }
    }

    static class Proxied {
        private String field = "field";

        @Transactional
        @PoolTask(pool = "smtp", name = "proxied", transactional = true)
        public void run(int number) {
            RAN.add("proxied " + number + " " + field);
        }

        @PoolTask(pool = "smtp", name = "package-private")
        void inPackage(Mail mail) {
            RAN.add("package " + mail.to() + " " + field);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Handlers {
        @Bean
        Plain plain() {
            return new Plain();
        }

        @Bean
        @Lazy
        Lazily lazily() {
            return new Lazily();
        }

        @Bean
        Proxied proxied() {
            return new Proxied();
        }
    }

    private final ApplicationContextRunner runner = DurableRunner.h2().withUserConfiguration(Handlers.class)
            .withPropertyValues("the.pool=smtp");

    @Test
    void attributes_are_read_and_placeholders_resolved() {
        runner.run(context -> {
            assertThat(context).hasNotFailed().hasSingleBean(DurableTaskAdmin.class)
                    .hasSingleBean(DurableQueues.class).hasSingleBean(TaskStore.class);
            TaskHandler plain = context.getBean(TaskHandlers.class).list().stream()
                    .filter(handler -> handler.name().equals("plain")).findFirst().orElseThrow();
            assertThat(plain.pool()).isEqualTo("smtp");
            assertThat(plain.timeout()).hasSeconds(45);
            assertThat(plain.versions()).containsExactly(1);
            TaskHandler.FireTimes times = plain.fireTimes();
            assertThat(times).isNotNull();
            assertThat(times.after(Instant.parse("2026-07-01T00:00:00Z")))
                    .isEqualTo(Instant.parse("2026-07-01T04:00:00Z"));
            assertThat(times.after(Instant.parse("2026-01-01T05:00:00Z")))
                    .isEqualTo(Instant.parse("2026-01-02T05:00:00Z"));
        });
    }

    @Test
    void lazy_beans_are_made_by_their_first_task_and_proxies_are_called() {
        RAN.clear();
        MADE.set(0);
        runner.run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(MADE).hasValue(0);
            DurableQueues queues = context.getBean(DurableQueues.class);
            queues.queue("smtp", "lazy", 1, Mail.class).enqueue(new Mail("a@b"));
            queues.queue("smtp", "proxied", 1, Integer.class).enqueue(7);
            queues.queue("smtp", "package-private", 1, Mail.class).enqueue(new Mail("c@d"));
            queues.queue("smtp", "plain", 1, Void.class).enqueue(null);
            await().atMost(Duration.ofSeconds(50)).until(() -> RAN.size() == 4);
            assertThat(RAN).containsExactlyInAnyOrder("lazy a@b true 1", "proxied 7 field", "package c@d field",
                    "plain plain");
            assertThat(MADE).hasValue(1);
            assertThat(context.getBeanNamesForType(DurableQueue.class)).hasSize(4);
        });
    }

    @Test
    void an_application_may_hand_over_without_running_anything() {
        RAN.clear();
        runner.withPropertyValues("ppool.durable.run=false").run(context -> {
            assertThat(context.getBean(DurableEngine.class).isRunning()).isFalse();
            context.getBean(DurableQueues.class).queue("smtp", "lazy", 1, Mail.class).enqueue(new Mail("x"));
            assertThat(context.getBean(DurableTaskAdmin.class).list(TaskQuery.ALL, 0, 10)).hasSize(1);
        });
        assertThat(RAN).isEmpty();
    }

    @Test
    void the_engine_runs_after_the_pools_and_stops_before_them() {
        DurableEngine[] engine = new DurableEngine[1];
        runner.run(context -> {
            engine[0] = context.getBean(DurableEngine.class);
            assertThat(engine[0].isRunning()).isTrue();
            assertThat(PpoolPhases.DURABLE).isBetween(PpoolPhases.POOLS + 1, PpoolPhases.TREES - 1);
            DurableLifecycle lifecycle = context.getBean(DurableLifecycle.class);
            assertThat(lifecycle).returns(PpoolPhases.DURABLE, SmartLifecycle::getPhase)
                    .returns(false, SmartLifecycle::isPauseable);
            assertThat(context.getBean(DurableTables.class).getPhase()).isLessThan(PpoolPhases.POOLS);
            lifecycle.stop();
            assertThat(engine[0].isRunning()).isFalse();
            lifecycle.start();
            assertThat(engine[0].isRunning()).isTrue();
        });
        assertThat(engine[0].isRunning()).isFalse();
    }

    @Test
    void nothing_is_there_if_it_is_switched_off() {
        for (String off : List.of("ppool.enabled=false", "ppool.durable.enabled=false")) {
            runner.withPropertyValues(off).run(context -> assertThat(context).hasNotFailed()
                    .doesNotHaveBean(DurableEngine.class).doesNotHaveBean(StoredQueues.class)
                    .doesNotHaveBean(DurableQueue.class));
        }
    }

    @Test
    void operators_have_limits_and_wake_the_engine() {
        RAN.clear();
        runner.withPropertyValues("ppool.durable.poll=1h..1h").run(context -> {
            DurableEngine engine = context.getBean(DurableEngine.class);
            await().until(() -> engine.figures().get("smtp").claims() > 0);
            DurableTaskAdmin admin = context.getBean(DurableTaskAdmin.class);
            assertThatIllegalArgumentException().isThrownBy(() -> admin.list(TaskQuery.ALL, 0, 0))
                    .withMessage("limit must be from 1 to 1000, got: 0");
            assertThatIllegalArgumentException().isThrownBy(() -> admin.ended(TaskQuery.ALL, Long.MAX_VALUE, 1_001))
                    .withMessage("limit must be from 1 to 1000, got: 1001");
            long id = context.getBean(DurableQueues.class).queue("smtp", "lazy", 1, Mail.class)
                    .with().delay(Duration.ofDays(1)).enqueue(new Mail("late")).id();
            assertThat(admin.redrive(id)).isFalse();
            assertThat(admin.counts().get("smtp")).containsEntry(DurableTaskState.DELAYED, 1L);
            assertThat(admin.runNow(id)).isTrue();
            await().atMost(Duration.ofSeconds(50)).until(() -> RAN.contains("lazy late true 1"));
            await().until(() -> admin.find(id).isEmpty());
            assertThat(admin.drop(id)).isFalse();
            assertThat(admin.cancel(id)).isFalse();
        });
    }

    @Test
    void a_task_that_is_handed_over_delayed_runs_in_time() {
        RAN.clear();
        runner.run(context -> {
            context.getBean(DurableQueues.class).queue("smtp", "lazy", 1, Mail.class)
                    .with().delay(Duration.ofMillis(300)).enqueue(new Mail("soon"));
            await().atMost(Duration.ofSeconds(50)).until(() -> RAN.contains("lazy soon true 1"));
        });
    }

    @Test
    void the_engine_needs_no_connection_of_the_application() {
        RAN.clear();
        DurableRunner.postgres(TestDatabases.newPrefix()).withUserConfiguration(Handlers.class)
                .withPropertyValues("the.pool=smtp", "spring.datasource.hikari.maximum-pool-size=1")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    context.getBean(DurableQueues.class).queue("smtp", "lazy", 1, Mail.class)
                            .with().delay(Duration.ofSeconds(1)).enqueue(new Mail("alone"));
                    try (Connection all = context.getBean(HikariDataSource.class).getConnection()) {
                        await().atMost(Duration.ofSeconds(50)).until(() -> RAN.contains("lazy alone true 1"));
                        assertThat(all.isClosed()).isFalse();
                    }
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoDatabases {
        @Bean
        DataSource application() {
            return new DriverManagerDataSource(TestDatabases.newH2Url());
        }

        @Bean
        PlatformTransactionManager transactions(@Qualifier("application") DataSource application) {
            return new DataSourceTransactionManager(application);
        }

        @Bean
        @PpoolClusterDataSource
        DataSource ofCluster() {
            return new DriverManagerDataSource(TestDatabases.newH2Url());
        }
    }

    @Test
    void the_tasks_are_in_the_application_s_database_wherever_the_cluster_is() {
        RAN.clear();
        DurableRunner.withoutDatabase().withUserConfiguration(TwoDatabases.class, Handlers.class)
                .withPropertyValues("the.pool=smtp")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    JdbcTemplate jdbc = new JdbcTemplate(context.getBean("application", DataSource.class));
                    jdbc.queryForObject("select count(*) from ppool_task", Integer.class);
                    context.getBean(DurableQueues.class).queue("smtp", "lazy", 1, Mail.class)
                            .enqueue(new Mail("two"));
                    await().atMost(Duration.ofSeconds(50)).until(() -> RAN.contains("lazy two true 1"));
                });
    }

    @Test
    void a_clock_of_tests_replaces_the_database_s() {
        Instant[] now = {Instant.parse("2030-01-01T00:00:00Z")};
        runner.withBean(DurableClock.class, () -> () -> now[0]).withPropertyValues("ppool.durable.run=false")
                .run(context -> {
                    long id = context.getBean(DurableQueues.class).queue("smtp", "lazy", 1, Mail.class)
                            .with().at(Instant.parse("2029-12-31T12:00:00Z")).enqueue(new Mail("x")).id();
                    assertThat(context.getBean(DurableTaskAdmin.class).find(id).orElseThrow().enqueuedAt())
                            .isEqualTo(now[0]);
                });
    }

    @Test
    void settings_of_a_pool_reach_the_engine() {
        DurablePoolSettings settings = PoolSettings.of(new DurableSettings(DurableSettings.DEFAULT_PLAN,
                DurableSettings.OnEnd.DELETE, 3, Rate.of(5, Duration.ofSeconds(2)), null, false));
        assertThat(settings).isEqualTo(new DurablePoolSettings(DurableSettings.DEFAULT_PLAN,
                DurablePoolSettings.OnEnd.DELETE, 3,
                new Claim.Rates(Rate.of(5, Duration.ofSeconds(2)), null)));
        assertThat(PoolSettings.of(DurableSettings.DEFAULT)).isEqualTo(DurablePoolSettings.DEFAULT);
        assertThat(PoolSettings.of(new DurableSettings(DurableSettings.DEFAULT_PLAN, DurableSettings.OnEnd.WAIT, null,
                null, null, true)).rates()).isEqualTo(new Claim.Rates(null, null));
        runner.withPropertyValues("ppool.pools.smtp.durable.partition-rate=1/1s").run(context -> assertThat(
                context.getBean(DurablePools.class).settings("smtp").hasPartitions()).isTrue());
    }
}
