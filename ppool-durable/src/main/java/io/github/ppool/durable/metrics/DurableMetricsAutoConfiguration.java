package io.github.ppool.durable.metrics;

import io.github.ppool.durable.engine.BacklogWatch;
import io.github.ppool.durable.engine.DurableEngine;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The meters of durable tasks, in an application with a Micrometer registry. */
@AutoConfiguration(afterName = {
        "io.github.ppool.durable.autoconfigure.DurableOperationsAutoConfiguration",
        "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
        "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
        "org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration"
})
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({DurableEngine.class, BacklogWatch.class, MeterRegistry.class})
public final class DurableMetricsAutoConfiguration {

    /** Made by Spring. */
    public DurableMetricsAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    DurableMetrics ppoolDurableMetrics(MeterRegistry registry, DurableEngine engine, BacklogWatch backlog) {
        DurableMetrics metrics = new DurableMetrics(registry, engine::figures, engine::problems, backlog);
        engine.addListener(metrics);
        return metrics;
    }
}
