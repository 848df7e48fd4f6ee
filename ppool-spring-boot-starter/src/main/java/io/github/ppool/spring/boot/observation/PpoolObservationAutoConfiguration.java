package io.github.ppool.spring.boot.observation;

import io.github.ppool.pool.Pools;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.annotation.Order;

/** The observations of handed-over tasks, in an application with an observation registry that has enabled them. */
@AutoConfiguration(after = PpoolAutoConfiguration.class, afterName = {
        "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
        "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration"
})
@ConditionalOnClass(ObservationRegistry.class)
@Conditional(OnObserveTasks.class)
@ConditionalOnBean({Pools.class, ObservationRegistry.class})
public final class PpoolObservationAutoConfiguration {

    /** Made by Spring. */
    public PpoolObservationAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    // Within the context of the caller, and around the decorators of the application.
    @Order(0)
    ObservedTaskDecorator ppoolObservedTaskDecorator(
            ObservationRegistry registry, ObjectProvider<PoolTaskObservationConvention> convention) {
        return new ObservedTaskDecorator(registry, convention.getIfAvailable(PoolTaskObservationConvention::new));
    }
}
