package io.github.ppool.spring.boot.health;

import io.github.ppool.pool.Pools;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;

/** The health of the pools and supervision trees, in an application with Spring Boot's health module. */
@AutoConfiguration(after = PpoolAutoConfiguration.class)
@ConditionalOnClass({HealthContributor.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnEnabledHealthIndicator("ppool")
@ConditionalOnBean(Pools.class)
@EnableConfigurationProperties(PpoolHealthProperties.class)
public final class PpoolHealthContributorAutoConfiguration {

    /** Made by Spring. */
    public PpoolHealthContributorAutoConfiguration() {}

    /** An application with a {@code ppoolHealthIndicator} bean defines the health of ppool itself. */
    @Bean
    @ConditionalOnMissingBean(name = {"ppoolHealthIndicator", "ppoolHealthContributor", "ppoolPoolsHealthIndicator",
            "ppoolPoolsHealthContributor"})
    PoolsHealthContributor ppoolPoolsHealthContributor(
            Pools pools, ObjectProvider<SupervisionTrees> trees, PpoolHealthProperties properties) {
        return new PoolsHealthContributor(pools, trees, properties.getSheddingWindow());
    }

    @Bean
    @ConditionalOnMissingBean(name = {"ppoolHealthIndicator", "ppoolHealthContributor", "ppoolTreesHealthIndicator",
            "ppoolTreesHealthContributor"})
    TreesHealthIndicator ppoolTreesHealthIndicator(Pools pools, ObjectProvider<SupervisionTrees> trees) {
        return new TreesHealthIndicator(pools, trees);
    }
}
