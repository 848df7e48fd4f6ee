package io.github.ppool.spring.boot.health;

import org.springframework.boot.actuate.endpoint.web.AdditionalPathsMapper;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.context.annotation.Bean;

/**
 * The health group {@code ppool}, for liveness probes, in an application with Spring Boot's actuator and its health
 * module. A contributor {@code ppool} of the application takes its place. The group is there also where ppool or its
 * health is switched off, and then tells of Spring Boot's own liveness alone: a probe of a path that is gone would have
 * the application restarted for ever.
 */
@AutoConfiguration(after = PpoolHealthContributorAutoConfiguration.class)
@ConditionalOnClass({HealthEndpointGroupsPostProcessor.class, AdditionalPathsMapper.class})
@ConditionalOnMissingBean(name = {"ppoolHealthIndicator", "ppoolHealthContributor"})
public final class PpoolHealthGroupAutoConfiguration {

    @Bean
    static HealthEndpointGroupsPostProcessor ppoolHealthGroup() {
        return LivenessGroup::addedTo;
    }
}
