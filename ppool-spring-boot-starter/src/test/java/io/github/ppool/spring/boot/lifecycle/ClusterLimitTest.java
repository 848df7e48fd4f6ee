package io.github.ppool.spring.boot.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.ppool.pool.GatedPool;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.pool.WorkerGate;
import io.github.ppool.pool.WorkerPermit;
import io.github.ppool.process.Pid;
import io.github.ppool.spring.boot.ClusterLimits;
import io.github.ppool.spring.boot.PoolStarts;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The setting {@code cluster-limit}, with a bean that makes the gates and without. */
@ExtendWith(OutputCaptureExtension.class)
class ClusterLimitTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
            .withUserConfiguration(Workers.class)
            .withPropertyValues("ppool.pools.smtp.worker=worker", "ppool.pools.smtp.size=3");

    @Test
    void a_pool_with_a_limit_gets_its_gate_from_the_bean() {
        runner.withUserConfiguration(Limits.class).withPropertyValues("ppool.pools.smtp.cluster-limit=2",
                "ppool.pools.free.worker=worker").run(context -> {
                    PoolClient<?> smtp = context.getBean("smtp", PoolClient.class);
                    // Each place asks on a process of its own, so the third one may ask after two workers are made.
                    await().until(() -> smtp.status().available() == 2 && smtp.status().waitingForPermit() == 1);
                    assertThat(smtp.status().explain()).contains(
                            "1 place waits for a permit, because no permit is free (cluster-limit 2 of smtp)");
                    Pools pools = context.getBean(Pools.class);
                    assertThat(pools.spec("free").orElseThrow().gate()).isNull();
                });
    }

    @Test
    void the_limit_of_the_defaults_is_one_for_each_pool() {
        runner.withUserConfiguration(Limits.class).withPropertyValues("ppool.defaults.cluster-limit=1",
                "ppool.pools.other.worker=worker", "ppool.pools.other.cluster-limit=7").run(context -> {
                    Pools pools = context.getBean(Pools.class);
                    assertThat(pools.spec("smtp").orElseThrow().gate()).hasToString("cluster-limit 1 of smtp");
                    assertThat(pools.spec("other").orElseThrow().gate()).hasToString("cluster-limit 7 of other");
                });
    }

    @Test
    void without_the_module_the_application_does_not_start_and_the_analysis_says_why(CapturedOutput output) {
        assertThatThrownBy(() -> SpringApplication.run(Application.class, "--spring.main.web-application-type=none",
                "--ppool.pools.smtp.worker=worker", "--ppool.pools.smtp.cluster-limit=10"))
                .hasStackTraceContaining("InvalidPoolSettingsException");
        assertThat(output).contains("APPLICATION FAILED TO START", "ppool.pools.smtp.cluster-limit",
                "a limit over several nodes needs the module ppool-cluster, and there is no bean of the type"
                        + " ClusterLimits",
                "Add the dependency ppool-cluster and a DataSource, or remove cluster-limit.");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void a_limit_below_one_is_refused(int limit) {
        runner.withUserConfiguration(Limits.class).withPropertyValues("ppool.pools.smtp.cluster-limit=" + limit)
                .run(context -> {
                    assertThat(context).hasFailed();
                    assertThat(context.getStartupFailure()).hasStackTraceContaining("ppool.pools.smtp.cluster-limit")
                            .hasStackTraceContaining("cluster-limit must be at least 1");
                });
    }

    @Test
    void a_pool_that_is_started_at_run_time_has_a_limit_too() {
        runner.withUserConfiguration(Limits.class).run(context -> {
            PoolStarts starts = context.getBean(PoolStarts.class);
            PoolClient<?> late = starts.start("late", Map.of("worker", "worker", "cluster-limit", 1, "size", 2));
            await().until(() -> late.status().available() == 1 && late.status().waitingForPermit() == 1);
        });
        runner.run(context -> assertThatIllegalArgumentException()
                .isThrownBy(() -> context.getBean(PoolStarts.class)
                        .start("late", Map.of("worker", "worker", "cluster-limit", 1)))
                .withMessageContaining("cluster-limit").withMessageContaining("ppool-cluster"));
    }

    @Configuration(proxyBeanMethods = false)
    static class Workers {
        @Bean
        WorkerFactory<Object> worker() {
            return Object::new;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        WorkerFactory<Object> worker() {
            return Object::new;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Limits {
        @Bean
        ClusterLimits clusterLimits() {
            return Limit::new;
        }
    }

    /** A limit over this node alone. */
    private static final class Limit implements WorkerGate {
        private final String pool;
        private final int limit;
        private final AtomicInteger out = new AtomicInteger();

        Limit(String pool, int limit) {
            this.pool = pool;
            this.limit = limit;
        }

        @Override
        public @Nullable WorkerPermit acquire(GatedPool gated, Pid process) {
            for (int now = out.get(); now < limit; now = out.get()) {
                if (out.compareAndSet(now, now + 1)) {
                    return out::decrementAndGet;
                }
            }
            return null;
        }

        @Override
        public String toString() {
            return "cluster-limit " + limit + " of " + pool;
        }
    }
}
