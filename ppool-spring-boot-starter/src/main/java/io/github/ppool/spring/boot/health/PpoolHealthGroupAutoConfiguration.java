package io.github.ppool.spring.boot.health;

import org.springframework.boot.actuate.endpoint.web.AdditionalPathsMapper;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.context.annotation.Bean;

/**
 * The health group {@code ppool}, for liveness probes, in an application with Spring Boot's actuator and its health
 * module. A contributor {@code ppool} of the application takes its place.
 *
 * <p>The group exists even if ppool or its health is disabled, and then has only Spring Boot's own liveness. A probe of
 * a missing path would restart the application for ever.
 */
@AutoConfiguration(after = PpoolHealthContributorAutoConfiguration.class)
@ConditionalOnClass({HealthEndpointGroupsPostProcessor.class, AdditionalPathsMapper.class})
@ConditionalOnMissingBean(name = {"ppoolHealthIndicator", "ppoolHealthContributor"})
public final class PpoolHealthGroupAutoConfiguration {

    /** Made by Spring. */
    public PpoolHealthGroupAutoConfiguration() {}

    @Bean
    static HealthEndpointGroupsPostProcessor ppoolHealthGroup() {
        return LivenessGroup::addedTo;
    }
}
