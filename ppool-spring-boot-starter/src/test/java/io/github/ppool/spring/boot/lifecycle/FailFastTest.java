package io.github.ppool.spring.boot.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolNotReadyException;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.PoolStarts;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Pools that wait for their first workers, and pools that an application needs for its start. */
@ExtendWith(OutputCaptureExtension.class)
class FailFastTest {

    private static final AtomicInteger FAILING = new AtomicInteger();
    private static final List<String> EVENTS = new CopyOnWriteArrayList<>();

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
            .withUserConfiguration(Workers.class)
            .withPropertyValues("ppool.pools.good.worker=goodWorker", "ppool.pools.good.size=2");

    @BeforeEach
    void forget() {
        FAILING.set(0);
        EVENTS.clear();
    }

    @Test
    void a_pool_that_must_not_fail_starts_the_application_when_its_workers_are_made() {
        FAILING.set(2);
        runner.withPropertyValues("ppool.pools.bad.worker=badWorker", "ppool.pools.bad.size=3",
                "ppool.pools.bad.await-ready=30s", "ppool.pools.bad.fail-fast=true",
                "ppool.pools.bad.creation.plan=10ms").run(context -> {
                    assertThat(context).hasNotFailed();
                    PoolSpec<?> spec = context.getBean(Pools.class).spec("bad").orElseThrow();
                    assertThat(spec.awaitReady()).isEqualTo(Duration.ofSeconds(30));
                    assertThat(spec.failFast()).isTrue();
                    assertThat(context.getBean("bad", PoolClient.class).status().available()).isEqualTo(3);
                });
    }

    @Test
    void an_application_whose_pool_has_no_workers_does_not_start_and_nothing_is_left_of_it() {
        FAILING.set(1000);
        ProcessSystem[] system = new ProcessSystem[1];
        runner.withUserConfiguration(UsesGood.class)
                .withInitializer(context -> context.getBeanFactory().addBeanPostProcessor(new Catcher(system)))
                .withPropertyValues("ppool.pools.bad.worker=badWorker", "ppool.pools.bad.depends-on=good",
                        "ppool.pools.bad.fail-fast=true")
                .run(context -> {
                    assertThat(context).hasFailed();
                    assertThat(context.getStartupFailure()).rootCause().isInstanceOf(IOException.class);
                    assertThat(context.getStartupFailure()).hasStackTraceContaining("PoolNotReadyException");
                });
        assertThat(EVENTS).contains("good made", "good closed");
        await().atMost(Duration.ofSeconds(50)).until(() -> system[0].threadCount() == 0);
    }

    @Test
    void the_failure_analysis_names_the_pool_the_property_and_the_last_failure(CapturedOutput output) {
        FAILING.set(1000);
        assertThatThrownBy(() -> SpringApplication.run(Application.class, "--spring.main.web-application-type=none",
                "--ppool.pools.bad.worker=badWorker", "--ppool.pools.bad.size=3", "--ppool.pools.bad.fail-fast=true"))
                .hasStackTraceContaining("PoolNotReadyException");
        assertThat(output).contains("APPLICATION FAILED TO START",
                "The pool 'bad' could not make its first workers, and ppool.pools.bad.fail-fast says that the"
                        + " application does not start without them.",
                "Workers: 0 of 3", "Last failure: java.io.IOException: connection refused",
                "give it time with ppool.pools.bad.await-ready");
    }

    @Test
    void the_failure_analysis_names_the_defaults_if_it_was_set_there(CapturedOutput output) {
        FAILING.set(1000);
        assertThatThrownBy(() -> SpringApplication.run(Application.class, "--spring.main.web-application-type=none",
                "--ppool.pools.bad.worker=badWorker", "--ppool.defaults.fail-fast=true",
                "--ppool.defaults.await-ready=200ms")).hasStackTraceContaining("PoolNotReadyException");
        assertThat(output).contains("ppool.defaults.fail-fast says that", "await-ready 200ms is over");
    }

    @Test
    void a_pool_that_is_used_before_the_start_fails_there() {
        FAILING.set(1000);
        runner.withUserConfiguration(UsesBad.class)
                .withPropertyValues("ppool.pools.bad.worker=badWorker", "ppool.pools.bad.fail-fast=true")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining(PoolNotReadyException.class.getName()));
    }

    @Test
    void workers_that_use_another_pool_which_is_not_started_yet_do_not_wait_for_their_own_start() {
        runner.withPropertyValues("ppool.pools.outer.worker=outerWorker", "ppool.pools.outer.size=1",
                "ppool.pools.outer.await-ready=30s", "ppool.pools.outer.fail-fast=true",
                "ppool.pools.good.await-ready=30s").run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean("outer", PoolClient.class).status().available()).isEqualTo(1);
                });
    }

    @Test
    void a_pool_that_fails_fast_at_run_time_is_refused_and_gone() {
        runner.run(context -> {
            PoolStarts starts = context.getBean(PoolStarts.class);
            FAILING.set(1000);
            assertThatThrownBy(() -> starts.start("later", Map.of("worker", "badWorker", "fail-fast", "true")))
                    .isInstanceOf(PoolNotReadyException.class);
            assertThat(context.getBean(Pools.class).names()).containsExactly("good");
            FAILING.set(0);
            assertThat(starts.start("later", Map.of("worker", "badWorker", "await-ready", "30s")).status().available())
                    .isEqualTo(5);
        });
    }

    private record Catcher(ProcessSystem[] caught)
            implements
                org.springframework.beans.factory.config.BeanPostProcessor {
        @Override
        public @Nullable Object postProcessAfterInitialization(Object bean, String name) {
            if (bean instanceof ProcessSystem system) {
                caught[0] = system;
            }
            return bean;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application extends Workers {
    }

    @Configuration(proxyBeanMethods = false)
    static class UsesGood {
        UsesGood(PoolClient<StringBuilder> good) {
            good.checkout().close();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class UsesBad {
        UsesBad(PoolClient<Object> bad) {
            bad.checkout().close();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Workers {

        @Bean
        WorkerFactory<StringBuilder> goodWorker() {
            return new WorkerFactory<>() {
                @Override
                public StringBuilder create() {
                    EVENTS.add("good made");
                    return new StringBuilder();
                }

                @Override
                public void destroy(StringBuilder worker, @Nullable Throwable cause) {
                    EVENTS.add("good closed");
                }
            };
        }

        @Bean
        WorkerFactory<Object> badWorker() {
            return () -> {
                if (FAILING.getAndDecrement() > 0) {
                    throw new IOException("connection refused");
                }
                return new Object();
            };
        }

        @Bean
        WorkerFactory<Integer> outerWorker(ObjectProvider<PoolClient<StringBuilder>> good) {
            return () -> good.getObject().transactionResult(StringBuilder::length);
        }
    }
}
