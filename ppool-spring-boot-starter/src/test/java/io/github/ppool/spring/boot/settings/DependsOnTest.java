package io.github.ppool.spring.boot.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskState;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.spring.boot.autoconfigure.RecordingPools;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Pools that hand work to other pools: which starts first, and which stops first. */
@ExtendWith(OutputCaptureExtension.class)
class DependsOnTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
            .withUserConfiguration(Workers.class)
            .withPropertyValues("ppool.defaults.worker=factory", "ppool.defaults.size=1",
                    "ppool.defaults.max-overflow=0", "ppool.pools.a.depends-on=b", "ppool.pools.b.size=1");

    @Test
    void an_order_has_each_name_after_those_that_it_needs() {
        PoolOrder order = new PoolOrder(Map.of("a", List.of("b", "x"), "b", List.of("c")));
        assertThat(order.dependenciesFirst(List.of("a", "b", "c", "d"))).containsSubsequence("c", "b", "a").hasSize(4);
        assertThat(order.dependents().get("b")).containsExactly("a");
        assertThat(order.cycle()).isEmpty();
    }

    @Test
    void a_circle_is_found_and_shown() {
        PoolOrder order = new PoolOrder(Map.of("a", List.of("b"), "b", List.of("c"), "c", List.of("b")));
        assertThat(order.cycle()).isIn(List.of("b", "c", "b"), List.of("c", "b", "c"));
        assertThat(new PoolOrder(Map.of("a", List.of("a"))).cycle()).containsExactly("a", "a");
    }

    @Test
    void a_pool_and_those_below_it_close_one_after_the_other() {
        PoolOrder order = new PoolOrder(Map.of("a", List.of("b", "c"), "b", List.of("d")));
        Map<String, Duration> shutdown = Map.of("a", Duration.ofSeconds(1), "b", Duration.ofSeconds(2), "c",
                Duration.ofSeconds(4), "d", Duration.ofSeconds(3));
        assertThat(order.closing("a", shutdown::get)).isEqualTo(Duration.ofSeconds(6));
        assertThat(order.closing("d", shutdown::get)).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void pools_are_started_after_those_that_they_depend_on() {
        RecordingPools pools = new RecordingPools();
        runner.withBean(RecordingPools.class, () -> pools)
                .run(context -> assertThat(pools.events).containsExactly("start b", "start a"));
        assertThat(pools.events).containsExactly("start b", "start a", "stop a", "stop b", "stop all");
    }

    @Test
    void a_task_that_runs_while_the_application_ends_still_hands_work_to_the_pool_that_its_own_depends_on() {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicReference<Task<?>> handedOn = new AtomicReference<>();
        AtomicReference<Task<?>> first = new AtomicReference<>();
        runner.run(context -> {
            PoolClient<?> a = context.getBean("a", PoolClient.class);
            PoolClient<?> b = context.getBean("b", PoolClient.class);
            first.set(a.asyncQueue(worker -> {
                begun.countDown();
                Thread.sleep(300); // time for a pool that stops too early to be gone: it would refuse the next task
                handedOn.set(b.asyncQueue(other -> {}));
            }));
            begun.await();
        });
        assertThat(first.get().state()).isEqualTo(TaskState.DONE);
        assertThat(handedOn.get().state()).isEqualTo(TaskState.DONE);
    }

    @Test
    void a_pool_that_is_declared_as_a_bean_says_it_as_beans_do() {
        RecordingPools pools = new RecordingPools();
        runner.withBean(RecordingPools.class, () -> pools)
                .withUserConfiguration(Declared.class)
                .run(context -> assertThat(pools.events).containsSubsequence("start b", "start reports"));
        assertThat(pools.events).containsSubsequence("stop reports", "stop b");
    }

    @Test
    void it_is_told_at_the_start_when_pools_one_after_the_other_cannot_stop_in_time(CapturedOutput output) {
        runner.withPropertyValues("spring.lifecycle.timeout-per-shutdown-phase=10s",
                "ppool.defaults.shutdown=6s")
                .run(context -> assertThat(output)
                        .contains(
                                "pool 'a' gives its workers PT12S to close together with the pools that it depends on")
                        .doesNotContain("pool 'b' gives"));
    }

    @Test
    void a_pool_that_does_not_exist_and_a_circle_are_refused() {
        runner.withPropertyValues("ppool.pools.b.depends-on=a,nobody").run(context -> assertThat(context)
                .getFailure()
                .hasMessageContaining("ppool.pools.b.depends-on: there is no pool 'nobody', got: nobody"));
        runner.withPropertyValues("ppool.pools.b.depends-on=a").run(context -> assertThat(context)
                .getFailure()
                .hasMessageContaining("pools depend on each other in a circle: a -> b -> a"));
        runner.withPropertyValues("ppool.defaults.depends-on=b").run(context -> assertThat(context)
                .getFailure()
                .hasMessageContaining("ppool.defaults.depends-on: depends-on can't be said for all pools"));
    }

    @Test
    void a_circle_of_settings_and_beans_is_refused() {
        runner.withUserConfiguration(Declared.class)
                .withPropertyValues("ppool.pools.b.depends-on=reports")
                .run(context -> {
                    assertThat(context).hasFailed();
                    assertThat(context.getStartupFailure())
                            .hasRootCauseMessage("Pools depend on each other in a circle: b -> reports -> b.");
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class Workers {
        @Bean
        WorkerFactory<StringBuilder> factory() {
            return StringBuilder::new;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Declared {
        @Bean
        @org.springframework.context.annotation.DependsOn("b")
        PoolSpec<StringBuilder> reportsSpec() {
            return PoolSpec.builder("reports", StringBuilder::new).size(1).build();
        }
    }
}
