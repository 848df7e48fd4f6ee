package io.github.ppool.spring.boot.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolTaskDecorator;
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
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
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

    @Test
    void an_attempt_is_timed_once_by_the_observation_if_that_makes_a_timer() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        metered(meters).run(context -> {
            run(pool(context));
            await().until(() -> meters.find("ppool.tasks").counter() != null);
            assertThat(meters.get("ppool.task.execution").tag("pool", "p").timer().count()).isEqualTo(1);
            assertThat(meters.find("ppool.task").timer()).isNull();
        });
    }

    @Test
    void an_attempt_that_fails_is_timed_once_too() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        metered(meters).run(context -> {
            AtomicBoolean failed = new AtomicBoolean();
            pool(context).asyncQueue(worker -> {
                if (!failed.getAndSet(true)) {
                    throw new IllegalStateException("the first attempt fails");
                }
            }).result().toCompletableFuture().join();
            await().until(() -> meters.find("ppool.tasks").counter() != null);
            assertThat(meters.get("ppool.task.execution").timers()).hasSize(2)
                    .allMatch(timer -> timer.count() == 1);
            assertThat(meters.find("ppool.task").timer()).isNull();
        });
    }

    @Test
    void an_attempt_is_timed_once_by_the_metrics_if_observations_make_no_timer() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        metered(meters).run(context -> {
            run(pool(context));
            await().until(() -> meters.find("ppool.task").timer() != null);
            assertThat(meters.get("ppool.task").tag("pool", "p").timer().count()).isEqualTo(1);
            assertThat(meters.find("ppool.task.execution").timer()).isNull();
            assertThat(ended).hasSize(1);
        });
    }

    @Test
    void an_attempt_is_timed_by_the_metrics_if_it_is_not_to_be_observed() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        registry.observationConfig()
                .observationHandler(new DefaultMeterObservationHandler(meters))
                .observationPredicate((name, context) -> !name.startsWith("ppool"));
        metered(meters).run(context -> {
            run(pool(context));
            await().until(() -> meters.find("ppool.task").timer() != null);
            assertThat(meters.get("ppool.task").tag("pool", "p").timer().count()).isEqualTo(1);
            assertThat(meters.find("ppool.task.execution").timer()).isNull();
        });
    }

    @Test
    void an_attempt_is_timed_once_under_another_name_too() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        metered(meters).withBean(PoolTaskObservationConvention.class, () -> new PoolTaskObservationConvention() {
            @Override
            public String getName() {
                return "my.task";
            }
        }).run(context -> {
            run(pool(context));
            await().until(() -> meters.find("ppool.tasks").counter() != null);
            assertThat(meters.get("my.task").timer().count()).isEqualTo(1);
            assertThat(meters.find("ppool.task").timer()).isNull();
        });
    }

    @Test
    void tasks_are_observed_without_the_library_of_meters_too() throws Exception {
        List<URL> withoutMeters = new ArrayList<>();
        for (Class<?> type : List.of(ObservedTaskDecorator.class, PoolTaskDecorator.class, ObservationRegistry.class,
                KeyValue.class, LoggerFactory.class, Nullable.class)) {
            withoutMeters.add(type.getProtectionDomain().getCodeSource().getLocation());
        }
        try (URLClassLoader loader = new URLClassLoader(withoutMeters.toArray(URL[]::new),
                ClassLoader.getPlatformClassLoader())) {
            assertThatThrownBy(() -> loader.loadClass(MeterRegistry.class.getName()))
                    .isInstanceOf(ClassNotFoundException.class);
            assertThat(Class.forName(ObservedTaskDecorator.class.getName(), true, loader))
                    .isNotSameAs(ObservedTaskDecorator.class);
        }
    }

    private ApplicationContextRunner metered(MeterRegistry meters) {
        return runner.withBean(MeterRegistry.class, () -> meters)
                .withConfiguration(AutoConfigurations.of(PpoolMetricsAutoConfiguration.class));
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
