package io.github.ppool.spring.boot.observation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolTaskDecorator;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.WorkerFunction;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.context.ThreadLocalAccessor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class PpoolContextAutoConfigurationTest {

    private static final ThreadLocal<String> tenant = new ThreadLocal<>();

    private final ContextRegistry registry = new ContextRegistry().registerThreadLocalAccessor("tenant", tenant);
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PpoolAutoConfiguration.class, PpoolContextAutoConfiguration.class));
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @AfterEach
    void forget() {
        MDC.clear();
        tenant.remove();
    }

    @Test
    void there_are_decorators_for_the_mdc_and_for_thread_locals() {
        runner.run(context -> assertThat(context)
                .hasSingleBean(MdcTaskDecorator.class)
                .hasSingleBean(ContextTaskDecorator.class));
    }

    @Test
    void there_are_none_when_it_is_disabled() {
        runner.withPropertyValues("ppool.propagate-context=false")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(MdcTaskDecorator.class)
                        .doesNotHaveBean(ContextTaskDecorator.class));
    }

    @Test
    void there_are_none_without_pools() {
        runner.withPropertyValues("ppool.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(MdcTaskDecorator.class));
    }

    @Test
    void the_mdc_goes_along_without_the_classes_of_context_propagation() {
        runner.withClassLoader(new FilteredClassLoader(ContextSnapshotFactory.class)).run(context -> {
            assertThat(context)
                    .hasNotFailed()
                    .hasSingleBean(MdcTaskDecorator.class)
                    .doesNotHaveBean("ppoolContextTaskDecorator");
            MDC.put("request", "7");
            run(pool(context));
            assertThat(seen).containsExactly("request 7 tenant null");
        });
    }

    @Test
    void it_backs_off_from_decorators_of_the_application() {
        runner.withBean("mine", MdcTaskDecorator.class)
                .withBean("own", ContextTaskDecorator.class, () -> new ContextTaskDecorator(snapshots()))
                .run(context -> assertThat(context)
                        .hasSingleBean(MdcTaskDecorator.class)
                        .hasBean("mine")
                        .hasSingleBean(ContextTaskDecorator.class)
                        .hasBean("own"));
    }

    @Test
    void a_task_runs_with_what_its_caller_had_when_it_was_handed_over() {
        runner.withBean(ContextSnapshotFactory.class, this::snapshots).run(context -> {
            PoolClient<Object> pool = pool(context);
            MDC.put("request", "7");
            tenant.set("acme");
            Task<?> task = pool.asyncQueue(this::look);
            MDC.put("request", "8");
            tenant.set("other");
            task.result().toCompletableFuture().join();
            MDC.clear();
            tenant.remove();
            run(pool);
            assertThat(seen).containsExactly("request 7 tenant acme", "request null tenant null");
        });
    }

    @Test
    void a_further_attempt_has_the_same_context() {
        runner.withBean(ContextSnapshotFactory.class, this::snapshots).run(context -> {
            PoolClient<Object> pool = context.getBean(Pools.class)
                    .startPool(PoolSpec.builder("p", Object::new)
                            .size(1)
                            .taskRestart(RestartPolicy.of(RestartPlan.parse("[restart]")))
                            .build());
            MDC.put("request", "7");
            tenant.set("acme");
            Task<?> task = pool.asyncQueue(worker -> {
                look(worker);
                if (seen.size() == 1) {
                    throw new IllegalStateException("the first attempt fails");
                }
            });
            MDC.clear();
            tenant.remove();
            task.result().toCompletableFuture().join();
            assertThat(seen).containsExactly("request 7 tenant acme", "request 7 tenant acme");
        });
    }

    /** The thread-local of the tenant; its former value can't be put back. */
    private static final class Stubborn implements ThreadLocalAccessor<String> {
        @Override
        public Object key() {
            return "stubborn";
        }

        @Override
        public @Nullable String getValue() {
            return tenant.get();
        }

        @Override
        public void setValue(String value) {
            tenant.set(value);
        }

        @Override
        public void setValue() {
            throw new IllegalStateException("the tenant can't be taken away");
        }
    }

    @Test
    void a_context_that_cannot_be_taken_away_changes_no_outcome() {
        ContextRegistry stubborn = new ContextRegistry().registerThreadLocalAccessor(new Stubborn());
        runner.withBean(ContextSnapshotFactory.class,
                () -> ContextSnapshotFactory.builder().contextRegistry(stubborn).build()).run(context -> {
                    PoolClient<Object> pool = pool(context);
                    tenant.set("acme");
                    assertThat(pool.asyncQueueResult(worker -> 42).result().toCompletableFuture())
                            .succeedsWithin(Duration.ofSeconds(20)).isEqualTo(42);
                    assertThat(pool.asyncQueue(worker -> {
                        throw new UnsupportedOperationException("of the task");
                    }).result().toCompletableFuture()).failsWithin(Duration.ofSeconds(20))
                            .withThrowableOfType(ExecutionException.class)
                            .withCauseInstanceOf(UnsupportedOperationException.class);
                });
    }

    @Test
    void a_task_whose_caller_has_nothing_is_left_as_it_is() {
        WorkerFunction<Object, String, RuntimeException> task = Object::toString;
        PoolTaskDecorator thread = new ContextTaskDecorator(
                ContextSnapshotFactory.builder().contextRegistry(registry).build());
        assertThat(thread.decorate("p", task)).isSameAs(task);
        assertThat(new MdcTaskDecorator().decorate("p", task)).isSameAs(task);
        tenant.set("acme");
        MDC.put("request", "7");
        assertThat(thread.decorate("p", task)).isNotSameAs(task);
        assertThat(new MdcTaskDecorator().decorate("p", task)).isNotSameAs(task);
    }

    @Test
    void what_an_earlier_task_has_left_is_cleared_for_a_caller_without_it_if_the_application_says_so() {
        runner.withBean(ContextSnapshotFactory.class, this::snapshots).run(context -> {
            PoolClient<Object> pool = pool(context);
            pool.asyncQueue(worker -> tenant.set("left")).result().toCompletableFuture().join();
            run(pool);
            assertThat(seen).containsExactly("request null tenant null");
        });
    }

    private ContextSnapshotFactory snapshots() {
        return ContextSnapshotFactory.builder().contextRegistry(registry).clearMissing(true).build();
    }

    private static PoolClient<Object> pool(AssertableApplicationContext context) {
        return context.getBean(Pools.class)
                .startPool(PoolSpec.builder("p", Object::new).size(1).maxOverflow(0).build());
    }

    private void run(PoolClient<Object> pool) {
        pool.asyncQueue(this::look).result().toCompletableFuture().join();
    }

    private void look(Object worker) {
        seen.add("request " + MDC.get("request") + " tenant " + tenant.get());
    }
}
