package io.github.ppool.durable.observation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.durable.engine.AttemptHook;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.test.simple.SimpleTracer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Attempts are observed where there is a registry, and linked where there is a tracer. */
class DurableObservationAutoConfigurationTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    PpoolAutoConfiguration.class, DurableObservationAutoConfiguration.class));

    @Test
    void without_a_registry_there_is_no_hook() {
        runner.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(AttemptHook.class));
    }

    @Test
    void without_a_tracer_no_row_has_a_trace() {
        runner.withBean(ObservationRegistry.class, ObservationRegistry::create).run(context -> {
            assertThat(context).hasSingleBean(AttemptHook.class).doesNotHaveBean(LinkedAttemptHandler.class);
            assertThat(context.getBean(AttemptHook.class).trace()).isNull();
        });
    }

    @Test
    void without_micrometers_tracing_on_the_class_path_the_application_starts() {
        runner.withClassLoader(new FilteredClassLoader("io.micrometer.tracing"))
                .withBean(ObservationRegistry.class, ObservationRegistry::create)
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(AttemptHook.class));
    }

    @Test
    void with_a_tracer_the_trace_of_the_thread_is_told() {
        SimpleTracer tracer = new SimpleTracer();
        runner.withBean(ObservationRegistry.class, ObservationRegistry::create)
                .withBean(Tracer.class, () -> tracer)
                .run(context -> {
                    assertThat(context).hasSingleBean(LinkedAttemptHandler.class);
                    try (Tracer.SpanInScope scope = tracer.withSpan(tracer.nextSpan().start())) {
                        assertThat(scope).isNotNull();
                        assertThat(context.getBean(AttemptHook.class).trace()).startsWith("00-");
                    }
                });
    }

    @Test
    void a_hook_and_a_convention_of_the_application_come_first() {
        runner.withBean(ObservationRegistry.class, ObservationRegistry::create)
                .withBean(AttemptHook.class, () -> AttemptHook.NONE)
                .run(context -> assertThat(context.getBean(AttemptHook.class)).isSameAs(AttemptHook.NONE));
    }
}
