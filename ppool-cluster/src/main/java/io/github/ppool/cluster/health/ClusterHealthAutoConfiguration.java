package io.github.ppool.cluster.health;

import io.github.ppool.cluster.Cluster;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;

/** The health of this node's lease, in an application with Spring Boot's health module. */
@AutoConfiguration(afterName = "io.github.ppool.cluster.autoconfigure.PpoolClusterAutoConfiguration")
@ConditionalOnClass({HealthContributor.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnEnabledHealthIndicator("ppool")
@ConditionalOnBean(Cluster.class)
public final class ClusterHealthAutoConfiguration {

    /** Made by Spring. */
    public ClusterHealthAutoConfiguration() {}

    /** An application with a {@code ppoolHealthIndicator} bean defines the health of ppool itself. */
    @Bean
    @ConditionalOnMissingBean(name = {"ppoolHealthIndicator", "ppoolHealthContributor", "ppoolClusterHealthIndicator",
            "ppoolClusterHealthContributor"})
    ClusterHealthIndicator ppoolClusterHealthIndicator(Cluster cluster) {
        return new ClusterHealthIndicator(cluster);
    }
}
