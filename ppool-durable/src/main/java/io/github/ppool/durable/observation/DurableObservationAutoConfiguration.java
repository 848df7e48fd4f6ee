package io.github.ppool.durable.observation;

import io.github.ppool.durable.engine.AttemptHook;
import io.github.ppool.pool.Pools;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** The observations of durable tasks, in an application with an observation registry. */
@AutoConfiguration(beforeName = "io.github.ppool.durable.autoconfigure.PpoolDurableAutoConfiguration", afterName = {
        "io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration",
        "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
        "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
        "org.springframework.boot.micrometer.tracing.brave.autoconfigure.BraveAutoConfiguration",
        "org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration",
        "org.springframework.boot.micrometer.tracing.autoconfigure.NoopTracerAutoConfiguration"
})
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean({Pools.class, ObservationRegistry.class})
public final class DurableObservationAutoConfiguration {

    /** Made by Spring. */
    public DurableObservationAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(AttemptHook.class)
    ObservedAttempts ppoolObservedAttempts(
            ObservationRegistry registry,
            ObjectProvider<DurableAttemptObservationConvention> convention,
            ObjectProvider<TraceSource> trace) {
        return new ObservedAttempts(
                registry,
                convention.getIfAvailable(DurableAttemptObservationConvention::new),
                trace.getIfAvailable(() -> () -> null)::current);
    }

    /** Without a tracer no row has a trace. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({Tracer.class, TracingObservationHandler.class})
    @ConditionalOnBean(Tracer.class)
    static class Traces {

        @Bean
        TraceSource ppoolTraceSource(Tracer tracer) {
            return () -> TraceParent.of(tracer);
        }

        /** Before Spring Boot's handlers of all contexts. */
        @Bean
        @ConditionalOnMissingBean
        @Order(0)
        LinkedAttemptHandler ppoolLinkedAttemptHandler(Tracer tracer) {
            return new LinkedAttemptHandler(tracer);
        }
    }
}
