package io.github.ppool.durable.health;

import io.github.ppool.cluster.engine.NodeLease;
import io.github.ppool.durable.engine.BacklogWatch;
import io.github.ppool.durable.engine.DurableEngine;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;

/** The health of durable tasks, in an application with Spring Boot's health module. */
@AutoConfiguration(afterName = "io.github.ppool.durable.autoconfigure.DurableOperationsAutoConfiguration")
@ConditionalOnClass({HealthContributor.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnEnabledHealthIndicator("ppool")
@ConditionalOnBean({DurableEngine.class, NodeLease.class, BacklogWatch.class})
@EnableConfigurationProperties(DurableHealthProperties.class)
public final class DurableHealthAutoConfiguration {

    /** Made by Spring. */
    public DurableHealthAutoConfiguration() {}

    /** An application with a {@code ppoolHealthIndicator} bean defines the health of ppool itself. */
    @Bean
    @ConditionalOnMissingBean(name = {"ppoolHealthIndicator", "ppoolHealthContributor", "ppoolDurableHealthIndicator",
            "ppoolDurableHealthContributor"})
    DurableHealthIndicator ppoolDurableHealthIndicator(
            DurableEngine engine, NodeLease lease, BacklogWatch backlog, DurableHealthProperties limits) {
        return new DurableHealthIndicator(engine::isRunning, engine::problems, lease::self, backlog, limits);
    }
}
