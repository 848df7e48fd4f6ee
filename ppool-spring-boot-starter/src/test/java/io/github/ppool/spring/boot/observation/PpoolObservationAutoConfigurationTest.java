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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
            .withPropertyValues("ppool.observe-tasks=true")
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

    @ParameterizedTest
    @ValueSource(strings = {"false", "off", "no", ""})
    void there_is_none_unless_it_is_asked_for(String setting) {
        runner.withPropertyValues("ppool.observe-tasks=" + setting).run(context -> {
            assertThat(context).hasNotFailed().doesNotHaveBean(ObservedTaskDecorator.class);
            run(pool(context));
            assertThat(ended).isEmpty();
        });
    }

    @Test
    void a_task_that_is_not_observed_runs_in_the_observation_of_its_caller() {
        runner.withPropertyValues("ppool.observe-tasks=false").run(context -> {
            PoolClient<Object> pool = pool(context);
            AtomicReference<Span> current = new AtomicReference<>();
            Observation caller = Observation.start("caller", registry);
            Task<?> task = caller.scoped(() -> pool.asyncQueue(worker -> current.set(tracer.currentSpan())));
            caller.stop();
            task.result().toCompletableFuture().join();
            assertThat(Objects.requireNonNull(current.get()).context().spanId()).isEqualTo(span("caller").getSpanId());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "yes", "TRUE", "1"})
    void all_words_that_mean_true_ask_for_it(String setting) {
        runner.withPropertyValues("ppool.observe-tasks=" + setting)
                .run(context -> assertThat(context).hasSingleBean(ObservedTaskDecorator.class));
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
    void attempts_are_in_the_timer_of_the_pool_whether_they_are_observed_or_not() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        registry.observationConfig()
                .observationHandler(new DefaultMeterObservationHandler(meters))
                .observationPredicate((name, context) -> !(context instanceof PoolTaskObservationContext task)
                        || task.attempt() > 1);
        metered(meters).run(context -> {
            AtomicBoolean failed = new AtomicBoolean();
            pool(context).asyncQueue(worker -> {
                if (!failed.getAndSet(true)) {
                    throw new IllegalStateException("the first attempt fails");
                }
            }).result().toCompletableFuture().join();
            await().untilAsserted(() -> assertThat(meters.get("ppool.task.execution").timer().count()).isEqualTo(1));
            assertThat(meters.get("ppool.task").tag("pool", "p").functionTimer().count()).isEqualTo(2);
        });
    }

    @Test
    void an_attempt_is_timed_under_the_name_of_a_convention_of_the_application_too() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        metered(meters).withBean(PoolTaskObservationConvention.class, () -> new PoolTaskObservationConvention() {
            @Override
            public String getName() {
                return "my.task";
            }
        }).run(context -> {
            run(pool(context));
            await().until(() -> meters.find("my.task").timer() != null);
            assertThat(meters.get("my.task").timer().count()).isEqualTo(1);
            assertThat(meters.find("ppool.task.execution").timer()).isNull();
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
