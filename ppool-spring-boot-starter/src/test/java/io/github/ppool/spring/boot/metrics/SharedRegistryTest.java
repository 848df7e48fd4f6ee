package io.github.ppool.spring.boot.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.spring.boot.observation.PpoolObservationAutoConfiguration;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.SupervisorSpec;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Two contexts with pools and trees of the same names, and the same registry. */
class SharedRegistryTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class, PpoolMetricsAutoConfiguration.class))
            .withBean(MeterRegistry.class, () -> registry)
            .withUserConfiguration(Tree.class);

    @AfterEach
    void nothing_is_left() {
        assertThat(registry.getMeters()).isEmpty();
    }

    private static PoolClient<Object> start(Pools pools, int size) {
        return pools.startPool(PoolSpec.builder("p", Object::new).size(size).build());
    }

    private double gauge(String name) {
        return registry.get(name).tag("pool", "p").gauge().value();
    }

    private Set<Meter.Id> meters() {
        return registry.getMeters().stream().map(Meter::getId).collect(Collectors.toSet());
    }

    @Test
    void the_meters_stay_when_the_context_that_came_first_is_closed() {
        runner.run(first -> {
            start(first.getBean(Pools.class), 1);
            runner.run(second -> {
                PoolClient<Object> staying = start(second.getBean(Pools.class), 2);
                Set<Meter.Id> before = meters();
                assertThat(gauge("ppool.size")).isEqualTo(1);
                first.close();
                assertThat(meters()).isEqualTo(before);
                assertThat(gauge("ppool.size")).isEqualTo(2);
                staying.transaction(worker -> {});
                assertThat(registry.get("ppool.checkouts").tag("pool", "p").functionCounter().count()).isEqualTo(1);
                assertThat(registry.get(TreeMetrics.UP).tag("tree", "tree").gauge().value()).isEqualTo(1);
                assertThat(registry.get(TreeMetrics.CHILDREN).tag("tree", "tree").gauge().value()).isEqualTo(1);
                assertThat(registry.find(ProcessMetrics.ORPHANS).gauge()).isNotNull();
            });
        });
    }

    @Test
    void the_meters_stay_when_the_context_that_came_last_is_closed() {
        runner.run(first -> {
            start(first.getBean(Pools.class), 1);
            Set<Meter.Id> before = meters();
            runner.run(second -> start(second.getBean(Pools.class), 2));
            assertThat(meters()).isEqualTo(before);
            assertThat(gauge("ppool.size")).isEqualTo(1);
            assertThat(registry.get(TreeMetrics.UP).tag("tree", "tree").gauge().value()).isEqualTo(1);
        });
    }

    @Test
    void counters_and_timers_have_what_happened_in_both_and_keep_it() {
        runner.run(first -> {
            work(start(first.getBean(Pools.class), 1));
            runner.run(second -> {
                work(start(second.getBean(Pools.class), 1));
                await().untilAsserted(() -> assertThat(tasks()).isEqualTo(2));
                first.close();
                assertThat(tasks()).isEqualTo(2);
                assertThat(registry.get("ppool.task").tag("pool", "p").functionTimer().count()).isEqualTo(2);
            });
        });
    }

    @Test
    void the_timer_of_observations_stays_too_until_the_last_of_the_pools_is_stopped() {
        ObservationRegistry observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(registry));
        ApplicationContextRunner observed = runner.withBean(ObservationRegistry.class, () -> observations)
                .withPropertyValues("ppool.observe-tasks=true")
                .withConfiguration(AutoConfigurations.of(PpoolObservationAutoConfiguration.class));
        observed.run(first -> {
            work(start(first.getBean(Pools.class), 1));
            observed.run(second -> {
                work(start(second.getBean(Pools.class), 1));
                await().untilAsserted(() -> assertThat(tasks()).isEqualTo(2));
                first.getBean(Pools.class).stopPool("p", Duration.ofSeconds(5));
                assertThat(registry.get("ppool.task.execution").tag("pool", "p").timer().count()).isEqualTo(2);
            });
            assertThat(registry.find("ppool.task.execution").timer()).isNull();
        });
    }

    @Test
    void a_start_that_fails_in_one_context_leaves_the_meters_of_the_other() {
        runner.run(first -> {
            start(first.getBean(Pools.class), 1);
            PoolMetrics metrics = first.getBean(PoolMetrics.class);
            metrics.poolStarting("p");
            metrics.poolStopped("p");
            assertThat(gauge("ppool.size")).isEqualTo(1);
        });
    }

    @Test
    void a_meter_that_was_there_before_is_not_removed() {
        Gauge own = Gauge.builder("ppool.size", () -> 42).tag("pool", "p").register(registry);
        runner.run(context -> {
            start(context.getBean(Pools.class), 1);
            assertThat(gauge("ppool.size")).isEqualTo(42);
        });
        assertThat(registry.getMeters()).containsExactly(own);
        registry.remove(own);
    }

    @Test
    void a_successor_is_read_although_the_end_of_its_predecessor_was_not_told() {
        PoolMetrics metrics = new PoolMetrics(registry, false);
        runner.run(context -> {
            Pools pools = context.getBean(Pools.class);
            PoolClient<Object> first = start(pools, 1);
            metrics.poolStarted(first);
            pools.stopPool("p", Duration.ZERO);
            PoolClient<Object> second = start(pools, 3);
            metrics.poolStarted(second);
            assertThat(gauge("ppool.size")).isEqualTo(3);
            pools.stopPool("p", Duration.ZERO);
            metrics.poolStopped("p");
        });
    }

    @Test
    void a_listener_of_two_contexts_keeps_the_meters_of_the_pool_that_runs() {
        PoolMetrics parents = new PoolMetrics(registry, true, true);
        new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
                .withBean(PoolMetrics.class, () -> parents)
                .run(parent -> {
                    start(parent.getBean(Pools.class), 1);
                    new ApplicationContextRunner()
                            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
                            .withBean(PoolMetrics.class, () -> parents)
                            .run(child -> start(child.getBean(Pools.class), 2));
                    assertThat(gauge("ppool.size")).isEqualTo(1);
                    assertThat(registry.find("ppool.usage").tag("pool", "p").timer()).isNotNull();
                });
    }

    @Test
    void contexts_one_after_the_other_leave_nothing() {
        for (int time = 0; time < 3; time++) {
            runner.run(context -> start(context.getBean(Pools.class), 1).transaction(worker -> {}));
            assertThat(registry.getMeters()).isEmpty();
        }
    }

    @Test
    void a_meter_that_a_filter_makes_of_those_of_two_pools_stays_until_both_are_stopped() {
        registry.config().meterFilter(MeterFilter.ignoreTags("pool", "state"));
        runner.run(context -> {
            Pools pools = context.getBean(Pools.class);
            start(pools, 1);
            pools.startPool(PoolSpec.builder("q", Object::new).size(2).build());
            assertThat(registry.get("ppool.size").gauge().value()).isEqualTo(1);
            pools.stopPool("p", Duration.ZERO);
            assertThat(registry.get("ppool.size").gauge().value()).isEqualTo(2);
            assertThat(registry.find("ppool.creation").timer()).isNotNull();
        });
    }

    @Test
    void each_of_two_pools_is_read_where_a_filter_exchanges_their_names() {
        registry.config().meterFilter(new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                String pool = id.getTag("pool");
                return pool == null ? id : id.withTag(Tag.of("pool", pool.equals("p") ? "q" : "p"));
            }
        });
        runner.run(context -> {
            Pools pools = context.getBean(Pools.class);
            start(pools, 1);
            pools.startPool(PoolSpec.builder("q", Object::new).size(2).build());
            assertThat(gauge("ppool.size")).isEqualTo(2);
            assertThat(registry.get("ppool.size").tag("pool", "q").gauge().value()).isEqualTo(1);
            pools.stopPool("p", Duration.ZERO);
            assertThat(gauge("ppool.size")).isEqualTo(2);
            assertThat(registry.find("ppool.size").tag("pool", "q").gauge()).isNull();
            start(pools, 3);
            assertThat(registry.get("ppool.size").tag("pool", "q").gauge().value()).isEqualTo(3);
        });
    }

    @Test
    void counters_that_a_filter_makes_of_several_have_the_sum_of_all_and_keep_it() {
        registry.config().meterFilter(MeterFilter.ignoreTags("pool", "state", "outcome"));
        runner.run(context -> {
            Pools pools = context.getBean(Pools.class);
            work(start(pools, 1));
            pools.startPool(PoolSpec.builder("q", Object::new).size(1).build()).transaction(worker -> {});
            assertThat(registry.get("ppool.tasks").functionCounter().count()).isEqualTo(1);
            assertThat(registry.get("ppool.checkouts").functionCounter().count()).isEqualTo(2);
            pools.stopPool("p", Duration.ZERO);
            assertThat(registry.get("ppool.tasks").functionCounter().count()).isEqualTo(1);
            assertThat(registry.get("ppool.checkouts").functionCounter().count()).isEqualTo(2);
        });
    }

    @Test
    void counters_that_somebody_has_removed_go_on_with_the_next_pool() {
        runner.run(first -> {
            work(start(first.getBean(Pools.class), 1));
            registry.clear();
            runner.run(second -> {
                work(start(second.getBean(Pools.class), 2));
                assertThat(tasks()).isEqualTo(2);
            });
            assertThat(tasks()).isEqualTo(2);
        });
    }

    @Test
    void contexts_that_differ_in_whether_they_time_exactly_do_not_break_each_other() {
        runner.run(first -> {
            work(start(first.getBean(Pools.class), 1));
            runner.withPropertyValues("ppool.exact-times=true").run(second -> {
                work(start(second.getBean(Pools.class), 1));
                assertThat(tasks()).isEqualTo(2);
                assertThat(registry.get("ppool.task").functionTimer().count()).isEqualTo(1);
                PoolMetrics exact = second.getBean(PoolMetrics.class);
                assertThatCode(() -> exact.poolStarted(second.getBean(Pools.class).pool("p").orElseThrow()))
                        .doesNotThrowAnyException();
                assertThatCode(() -> exact.leaseEnded("p", Duration.ofSeconds(1))).doesNotThrowAnyException();
            });
        });
    }

    @Test
    void meters_that_somebody_has_removed_come_back_with_the_next_pool() {
        runner.run(first -> {
            start(first.getBean(Pools.class), 1);
            registry.clear();
            runner.run(second -> {
                start(second.getBean(Pools.class), 2);
                assertThat(gauge("ppool.size")).isEqualTo(2);
            });
        });
    }

    private static void work(PoolClient<Object> pool) {
        pool.asyncQueue(worker -> {}).result().toCompletableFuture().join();
    }

    private double tasks() {
        return registry.find("ppool.tasks").tag("outcome", "done").functionCounters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    @Configuration(proxyBeanMethods = false)
    static class Tree {
        @Bean
        SupervisorSpec tree() {
            return SupervisorSpec.oneForOne("tree")
                    .children(ChildSpec.of("child", ChildStart.body("child", self -> self.receive())));
        }

        /** As Spring Boot does it. */
        @Bean
        Object binding(MeterBinder binder, MeterRegistry registry) {
            binder.bindTo(registry);
            return new Object();
        }
    }
}
