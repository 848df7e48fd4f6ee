package io.github.ppool.spring.boot.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.Pools;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class PpoolMetricsAutoConfigurationTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    PpoolAutoConfiguration.class,
                    PpoolMetricsAutoConfiguration.class,
                    MetricsAutoConfiguration.class,
                    SimpleMetricsExportAutoConfiguration.class));

    @Test
    void there_are_metrics_with_spring_boots_registry() {
        runner.run(context -> assertThat(context).hasSingleBean(PoolMetrics.class).hasBean("ppoolProcessMetrics"));
    }

    @Test
    void there_are_none_without_a_registry() {
        new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(PpoolAutoConfiguration.class, PpoolMetricsAutoConfiguration.class))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(PoolMetrics.class));
    }

    @Test
    void there_are_none_without_pools() {
        runner.withPropertyValues("ppool.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(PoolMetrics.class));
    }

    @Test
    void there_are_none_without_the_class_of_registries() {
        new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(PpoolAutoConfiguration.class, PpoolMetricsAutoConfiguration.class))
                .withClassLoader(new FilteredClassLoader(MeterRegistry.class))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(Pools.class)
                        .doesNotHaveBean("ppoolMetrics"));
    }

    @Test
    void leases_are_timed_where_that_is_asked_for() {
        runner.run(context -> {
            assertThat(context.getBean(PoolMetrics.class).wantsUsage()).isFalse();
            assertThat(context.getBean(PoolMetrics.class).wantsLeases()).isFalse();
            assertThat(context.getBean(PoolMetrics.class).wantsTaskTimes()).isFalse();
        });
        runner.withPropertyValues("ppool.measure-usage=true").run(context -> {
            assertThat(context.getBean(PoolMetrics.class).wantsUsage()).isTrue();
            assertThat(context.getBean(PoolMetrics.class).wantsLeases()).isFalse();
        });
        runner.withPropertyValues("ppool.exact-times=true").run(context -> {
            assertThat(context.getBean(PoolMetrics.class).wantsUsage()).isFalse();
            assertThat(context.getBean(PoolMetrics.class).wantsLeases()).isTrue();
            assertThat(context.getBean(PoolMetrics.class).wantsTaskTimes()).isTrue();
        });
    }

    @Test
    void there_are_metrics_of_trees_that_back_off_too() {
        runner.run(context -> assertThat(context).hasSingleBean(TreeMetrics.class));
        runner.withBean("own", TreeMetrics.class, () -> new TreeMetrics(new SimpleMeterRegistry(),
                new StaticListableBeanFactory().getBeanProvider(SupervisionTrees.class)))
                .run(context -> assertThat(context).hasSingleBean(TreeMetrics.class).hasBean("own"));
    }

    @Test
    void they_back_off_from_those_of_the_application() {
        PoolMetrics own = new PoolMetrics(new SimpleMeterRegistry(), false);
        runner.withBean("own", PoolMetrics.class, () -> own)
                .run(context -> assertThat(context).getBean(PoolMetrics.class).isSameAs(own));
    }

    @Test
    void single_meters_can_be_disabled_as_any_others() {
        runner.withPropertyValues("management.metrics.enable.ppool.queue=false").run(context -> {
            context.getBean(Pools.class)
                    .startPool(io.github.ppool.pool.PoolSpec.builder("quiet", Object::new).build());
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            assertThat(registry.find("ppool.queue.depth").gauge()).isNull();
            assertThat(registry.find("ppool.overflow").gauge()).isNotNull();
        });
    }
}
