package io.github.ppool.spring.boot.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.Task;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.spring.boot.metrics.PpoolMetricsAutoConfiguration;
import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.test.simple.SimpleSpan;
import io.micrometer.tracing.test.simple.SimpleTracer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class PpoolObservationAutoConfigurationTest {

    private final List<PoolTaskObservationContext> ended = new CopyOnWriteArrayList<>();
    private final SimpleTracer tracer = new SimpleTracer();
    private final ObservationRegistry registry = ObservationRegistry.create();
    private final ApplicationContextRunner without = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    PpoolAutoConfiguration.class,
                    PpoolContextAutoConfiguration.class,
                    PpoolObservationAutoConfiguration.class));
    private final ApplicationContextRunner runner = without.withBean(ObservationRegistry.class, () -> registry);

    PpoolObservationAutoConfigurationTest() {
        registry.observationConfig()
                .observationHandler(new DefaultTracingObservationHandler(tracer))
                .observationHandler(new ObservationHandler<PoolTaskObservationContext>() {
                    @Override
                    public void onStop(PoolTaskObservationContext context) {
                        ended.add(context);
                    }

                    @Override
                    public boolean supportsContext(Observation.Context context) {
                        return context instanceof PoolTaskObservationContext;
                    }
                });
    }

    @Test
    void there_is_a_decorator_where_there_is_a_registry() {
        runner.run(context -> assertThat(context).hasSingleBean(ObservedTaskDecorator.class));
    }

    @Test
    void there_is_none_without_a_registry() {
        without.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(ObservedTaskDecorator.class));
    }

    @Test
    void there_is_none_without_pools() {
        runner.withPropertyValues("ppool.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(ObservedTaskDecorator.class));
    }

    @Test
    void there_is_none_without_the_class_of_registries() {
        without.withClassLoader(new FilteredClassLoader(ObservationRegistry.class))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(Pools.class)
                        .doesNotHaveBean("ppoolObservedTaskDecorator"));
    }

    @Test
    void it_backs_off_from_one_of_the_application() {
        runner.withBean("own", ObservedTaskDecorator.class,
                () -> new ObservedTaskDecorator(ObservationRegistry.NOOP, new PoolTaskObservationConvention()))
                .run(context -> {
                    assertThat(context).hasSingleBean(ObservedTaskDecorator.class).hasBean("own");
                    run(pool(context));
                    assertThat(ended).isEmpty();
                });
    }

    @Test
    void each_attempt_is_an_observation_with_its_outcome() {
        runner.run(context -> {
            PoolClient<Object> pool = pool(context);
            Task<?> task = pool.asyncQueue(worker -> {
                if (ended.isEmpty()) {
                    throw new IllegalStateException("the first attempt fails");
                }
            });
            task.result().toCompletableFuture().join();
            assertThat(ended).hasSize(2).allSatisfy(observation -> {
                assertThat(observation.getName()).isEqualTo("ppool.task.execution");
                assertThat(observation.getContextualName()).isEqualTo("task p");
            });
            assertThat(ended.get(0).getLowCardinalityKeyValues()).contains(
                    KeyValue.of("pool", "p"), KeyValue.of("outcome", "ERROR"));
            assertThat(ended.get(1).getAllKeyValues()).contains(
                    KeyValue.of("pool", "p"), KeyValue.of("outcome", "SUCCESS"), KeyValue.of("attempt", "2"));
        });
    }

    @Test
    void the_span_of_a_task_is_a_child_of_its_callers_on_the_workers_thread_too() {
        runner.run(context -> {
            PoolClient<Object> pool = pool(context);
            AtomicReference<Span> current = new AtomicReference<>();
            Observation caller = Observation.start("caller", registry);
            Task<?> task = caller.scoped(() -> pool.asyncQueue(worker -> current.set(tracer.currentSpan())));
            caller.stop();
            task.result().toCompletableFuture().join();
            SimpleSpan parent = span("caller");
            SimpleSpan child = span("task p");
            assertThat(child.getTraceId()).isEqualTo(parent.getTraceId());
            assertThat(child.getParentId()).isEqualTo(parent.getSpanId());
            assertThat(Objects.requireNonNull(current.get()).context().spanId()).isEqualTo(child.getSpanId());
            AtomicReference<Span> after = new AtomicReference<>();
            pool.transaction(worker -> after.set(tracer.currentSpan()));
            assertThat(after.get()).isNull();
        });
    }

    @Test
    void borrowers_are_not_observed() {
        runner.run(context -> {
            pool(context).transaction(worker -> {});
            assertThat(ended).isEmpty();
        });
    }

    @Test
    void names_and_tags_are_those_of_a_convention_of_the_application() {
        runner.withBean(PoolTaskObservationConvention.class, () -> new PoolTaskObservationConvention() {
            @Override
            public String getName() {
                return "my.task";
            }
        }).run(context -> {
            run(pool(context));
            assertThat(ended).extracting(Observation.Context::getName).containsExactly("my.task");
        });
    }

    @Test
    void the_timers_that_are_made_of_it_go_away_with_the_pool() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        runner.withBean(MeterRegistry.class, () -> meters)
                .withConfiguration(AutoConfigurations.of(PpoolMetricsAutoConfiguration.class))
                .run(context -> {
                    run(pool(context));
                    await().until(() -> meters.find("ppool.task.execution").tag("pool", "p").timer() != null);
                    context.getBean(Pools.class).stopPool("p", Duration.ofSeconds(5));
                    assertThat(meters.getMeters()).isEmpty();
                });
    }

    private SimpleSpan span(String name) {
        return tracer.getSpans().stream().filter(span -> name.equals(span.getName())).findFirst().orElseThrow();
    }

    private static PoolClient<Object> pool(AssertableApplicationContext context) {
        return context.getBean(Pools.class)
                .startPool(PoolSpec.builder("p", Object::new)
                        .size(1)
                        .maxOverflow(0)
                        .taskRestart(RestartPolicy.of(RestartPlan.parse("[restart]")))
                        .build());
    }

    private static void run(PoolClient<Object> pool) {
        pool.asyncQueue(worker -> {}).result().toCompletableFuture().join();
    }
}
