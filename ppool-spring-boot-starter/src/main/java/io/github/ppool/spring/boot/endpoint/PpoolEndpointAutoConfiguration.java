package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.pool.Pools;
import io.github.ppool.spring.boot.ClusterOperations;
import io.github.ppool.spring.boot.DurableOperations;
import io.github.ppool.spring.boot.PoolStarts;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;

/** The endpoint {@code ppool}, in an application with Spring Boot's actuator. */
@AutoConfiguration(after = PpoolAutoConfiguration.class)
@ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnAvailableEndpoint(PoolEndpoint.class)
@ConditionalOnBean(Pools.class)
@EnableConfigurationProperties(PpoolEndpointProperties.class)
@ImportRuntimeHints(AnswerHints.class)
public final class PpoolEndpointAutoConfiguration {

    /** Made by Spring. */
    public PpoolEndpointAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    PoolEndpoint ppoolEndpoint(
            Pools pools,
            ObjectProvider<SupervisionTrees> trees,
            ObjectProvider<PoolStarts> starts,
            ObjectProvider<ClusterOperations> cluster,
            ObjectProvider<DurableOperations> durable,
            PpoolEndpointProperties properties,
            ApplicationEventPublisher events) {
        return new PoolEndpoint(pools, trees, starts, cluster, durable, properties, events);
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(PoolEndpoint.class)
    @ConditionalOnAvailableEndpoint(exposure = EndpointExposure.WEB)
    PoolEndpointWebExtension ppoolEndpointWebExtension(PoolEndpoint endpoint, PpoolEndpointProperties properties) {
        return new PoolEndpointWebExtension(endpoint, properties);
    }
}
