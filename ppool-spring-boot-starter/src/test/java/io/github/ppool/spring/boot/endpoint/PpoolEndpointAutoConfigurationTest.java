package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.Pools;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class PpoolEndpointAutoConfigurationTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PpoolAutoConfiguration.class, PpoolEndpointAutoConfiguration.class));

    @Test
    void there_is_an_endpoint_when_it_is_exposed() {
        runner.withPropertyValues("management.endpoints.web.exposure.include=ppool")
                .run(context -> assertThat(context)
                        .hasSingleBean(PoolEndpoint.class)
                        .hasSingleBean(PoolEndpointWebExtension.class));
    }

    @Test
    void there_is_no_web_extension_where_it_is_exposed_by_jmx_only() {
        runner.withPropertyValues("spring.jmx.enabled=true", "management.endpoints.jmx.exposure.include=ppool",
                "management.endpoints.web.exposure.include=health")
                .run(context -> assertThat(context)
                        .hasSingleBean(PoolEndpoint.class)
                        .doesNotHaveBean(PoolEndpointWebExtension.class));
    }

    @Test
    void there_is_a_web_extension_where_it_is_exposed_by_both() {
        runner.withPropertyValues("spring.jmx.enabled=true", "management.endpoints.jmx.exposure.include=*",
                "management.endpoints.web.exposure.include=ppool")
                .run(context -> assertThat(context)
                        .hasSingleBean(PoolEndpoint.class)
                        .hasSingleBean(PoolEndpointWebExtension.class));
    }

    @Test
    void the_web_extension_backs_off_from_one_of_the_application() {
        runner.withPropertyValues("management.endpoints.web.exposure.include=ppool")
                .withBean("own", PoolEndpointWebExtension.class)
                .run(context -> assertThat(context).hasSingleBean(PoolEndpointWebExtension.class).hasBean("own"));
    }

    @Test
    void there_is_none_when_it_is_not_exposed() {
        runner.run(context -> assertThat(context).doesNotHaveBean(PoolEndpoint.class));
    }

    @Test
    void there_is_none_when_it_is_disabled() {
        runner.withPropertyValues("management.endpoints.web.exposure.include=*",
                "management.endpoint.ppool.access=NONE")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(PoolEndpoint.class));
    }

    @Test
    void there_is_none_without_pools() {
        runner.withPropertyValues("management.endpoints.web.exposure.include=*", "ppool.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(PoolEndpoint.class));
    }

    @Test
    void there_is_none_without_the_class_of_endpoints() {
        runner.withClassLoader(new FilteredClassLoader(Endpoint.class))
                .withPropertyValues("management.endpoints.web.exposure.include=*")
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(Pools.class)
                        .doesNotHaveBean("ppoolEndpoint"));
    }

    @Test
    void it_backs_off_from_one_of_the_application() {
        runner.withPropertyValues("management.endpoints.web.exposure.include=ppool")
                .withBean("own", PoolEndpoint.class)
                .run(context -> assertThat(context).hasSingleBean(PoolEndpoint.class).hasBean("own"));
    }
}
