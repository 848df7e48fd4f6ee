package io.github.ppool.spring.boot.metrics;

import io.github.ppool.pool.Pools;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** The meters of the pools and supervision trees, in an application with a Micrometer registry. */
@AutoConfiguration(after = PpoolAutoConfiguration.class, afterName = {
        "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
        "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
        "org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration"
})
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({Pools.class, MeterRegistry.class})
public final class PpoolMetricsAutoConfiguration {

    /** Made by Spring. */
    public PpoolMetricsAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    PoolMetrics ppoolMetrics(MeterRegistry registry, Environment environment) {
        return new PoolMetrics(registry, environment.getProperty("ppool.measure-usage", Boolean.class, false),
                environment.getProperty("ppool.exact-times", Boolean.class, false));
    }

    @Bean
    @ConditionalOnMissingBean
    TreeMetrics ppoolTreeMetrics(MeterRegistry registry, ObjectProvider<SupervisionTrees> trees) {
        return new TreeMetrics(registry, trees);
    }

    @Bean
    @ConditionalOnMissingBean
    GroupMetrics ppoolGroupMetrics(MeterRegistry registry) {
        return new GroupMetrics(registry);
    }

    @Bean
    @ConditionalOnMissingBean(name = "ppoolProcessMetrics")
    ProcessMetrics ppoolProcessMetrics(Pools pools) {
        return new ProcessMetrics(pools.system());
    }
}
