package io.github.ppool.observer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.Pools;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.spring.boot.endpoint.PpoolEndpointAutoConfiguration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.web.server.WebFilter;

/** Where there is a page. */
class ObserverAutoConfigurationTest {

    private static final AutoConfigurations CONFIGURATIONS = AutoConfigurations.of(PpoolAutoConfiguration.class,
            PpoolEndpointAutoConfiguration.class, EndpointAutoConfiguration.class, WebEndpointAutoConfiguration.class,
            ObserverAutoConfiguration.class);
    private static final String EXPOSED = "management.endpoints.web.exposure.include=observer";

    private final WebApplicationContextRunner servlets = new WebApplicationContextRunner()
            .withConfiguration(CONFIGURATIONS);
    private final ReactiveWebApplicationContextRunner reactive = new ReactiveWebApplicationContextRunner()
            .withConfiguration(CONFIGURATIONS);

    @Test
    void there_is_one_where_it_is_named() {
        servlets.withPropertyValues(EXPOSED).run(context -> assertThat(context)
                .hasSingleBean(ObserverEndpoint.class)
                .doesNotHaveBean(ReactiveObserverEndpoint.class)
                .doesNotHaveBean(WebFilter.class));
        reactive.withPropertyValues(EXPOSED).run(context -> assertThat(context)
                .hasSingleBean(ReactiveObserverEndpoint.class)
                .hasSingleBean(WebFilter.class)
                .doesNotHaveBean(ObserverEndpoint.class));
    }

    @Test
    void there_is_none_where_it_is_not_named() {
        servlets.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("observerEndpoint"));
        reactive.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("observerEndpoint")
                .doesNotHaveBean(WebFilter.class));
        servlets.withPropertyValues("management.endpoints.web.exposure.include=health,ppool")
                .run(context -> assertThat(context).doesNotHaveBean("observerEndpoint"));
        servlets.withPropertyValues("spring.jmx.enabled=true", "management.endpoints.jmx.exposure.include=*")
                .run(context -> assertThat(context).doesNotHaveBean("observerEndpoint"));
    }

    @Test
    void it_can_be_switched_off() {
        for (String off : List.of("management.endpoint.observer.access=NONE", "ppool.enabled=false",
                "management.endpoints.access.max-permitted=NONE")) {
            servlets.withPropertyValues(EXPOSED, off)
                    .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("observerEndpoint"));
            reactive.withPropertyValues(EXPOSED, off)
                    .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("observerEndpoint"));
        }
    }

    @Test
    void there_is_none_without_a_web_server_or_without_actuator() {
        new ApplicationContextRunner().withConfiguration(CONFIGURATIONS).withPropertyValues(EXPOSED)
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(Pools.class)
                        .doesNotHaveBean("observerEndpoint"));
        new WebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class, ObserverAutoConfiguration.class))
                .withClassLoader(new FilteredClassLoader(WebEndpoint.class))
                .withPropertyValues(EXPOSED)
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(Pools.class)
                        .doesNotHaveBean("observerEndpoint"));
    }

    @Test
    void it_needs_neither_reactor_nor_spring_security_on_servlets() {
        servlets.withPropertyValues(EXPOSED)
                .withClassLoader(new FilteredClassLoader("reactor", "org.springframework.security"))
                .run(context -> assertThat(context).hasSingleBean(ObserverEndpoint.class));
        reactive.withPropertyValues(EXPOSED)
                .withClassLoader(new FilteredClassLoader("org.springframework.security", "jakarta.servlet"))
                .run(context -> assertThat(context).hasSingleBean(ReactiveObserverEndpoint.class));
    }

    @Test
    void one_of_the_application_takes_its_place() {
        ObserverEndpoint own = new ObserverEndpoint(new ObserverPage(PageFiles.read(null), new NoEndpoints()),
                () -> Viewer.UNKNOWN, () -> null);
        servlets.withPropertyValues(EXPOSED).withBean("own", ObserverEndpoint.class, () -> own)
                .run(context -> assertThat(context).hasSingleBean(ObserverEndpoint.class).hasBean("own"));
    }
}
