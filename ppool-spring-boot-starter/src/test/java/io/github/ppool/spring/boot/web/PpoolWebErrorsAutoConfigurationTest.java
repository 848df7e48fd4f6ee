package io.github.ppool.spring.boot.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.support.StaticMessageSource;
import org.springframework.web.ErrorResponse;

class PpoolWebErrorsAutoConfigurationTest {

    private static final AutoConfigurations BOTH = AutoConfigurations.of(
            PpoolAutoConfiguration.class, PpoolWebErrorsAutoConfiguration.class);

    private final WebApplicationContextRunner runner = new WebApplicationContextRunner().withConfiguration(BOTH);

    @Test
    void exceptions_have_a_status_in_a_web_application() {
        runner.run(context -> assertThat(context).hasSingleBean(PoolErrorAdvice.class));
    }

    @Test
    void there_is_none_in_an_application_without_a_web_server() {
        new ApplicationContextRunner().withConfiguration(BOTH)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(PoolErrorAdvice.class));
    }

    @Test
    void there_is_none_if_that_is_switched_off() {
        runner.withPropertyValues("ppool.web.errors.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(PoolErrorAdvice.class));
    }

    @Test
    void there_is_none_without_pools() {
        runner.withPropertyValues("ppool.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(PoolErrorAdvice.class));
    }

    @Test
    void there_is_none_without_the_classes_of_spring_web() {
        new ApplicationContextRunner().withConfiguration(BOTH)
                .withClassLoader(new FilteredClassLoader(ErrorResponse.class))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("ppoolErrorAdvice"));
    }

    @Test
    void an_advice_that_is_there_takes_its_place() {
        runner.withBean("own", PoolErrorAdvice.class,
                () -> new PoolErrorAdvice(() -> Duration.ofSeconds(1), new StaticMessageSource()))
                .run(context -> assertThat(context).hasSingleBean(PoolErrorAdvice.class).hasBean("own"));
    }

    @Test
    void a_negative_time_is_refused() {
        runner.withPropertyValues("ppool.web.errors.retry-after=-1s", "ppool.pools.p.worker=none")
                .run(context -> assertThat(context).hasFailed().getFailure()
                        .hasMessageContaining("retry-after must not be negative"));
    }
}
