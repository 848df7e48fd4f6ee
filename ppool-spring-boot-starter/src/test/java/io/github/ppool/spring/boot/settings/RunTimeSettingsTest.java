package io.github.ppool.spring.boot.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.pool.WorkerRestart;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.spring.boot.PoolSpecCustomizer;
import io.github.ppool.spring.boot.PoolStarts;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;

/** Settings given at run time and those of the application don't see each other's placeholders and values. */
@ExtendWith(OutputCaptureExtension.class)
class RunTimeSettingsTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
            .withUserConfiguration(Workers.class)
            .withPropertyValues("db.password=hunter-4711", "db.count=4");

    @Test
    void a_placeholder_that_is_given_is_taken_as_it_stands() {
        runner.run(context -> assertThatIllegalArgumentException()
                .isThrownBy(() -> start(context.getBean(PoolStarts.class),
                        Map.of("worker", "${db.password}", "size", "${db.count}")))
                .withMessage("ppool.pools.fresh.size: size must be a whole number, got: ${db.count}"));
    }

    @Test
    void placeholders_of_the_application_are_resolved_by_its_own_environment_alone() {
        runner.withPropertyValues(
                "ppool.defaults.queue-capacity=${db.count}", "ppool.defaults.max-uses=${ppool.pools.fresh.size:5}",
                "ppool.defaults.max-overflow=${ppool.pools.fresh.worker:0}", "ppool.defaults.restart.count=${nobody:9}")
                .run(context -> {
                    PoolSpec<?> spec = start(context.getBean(PoolStarts.class), context.getBean(Pools.class),
                            Map.of("worker", "factory", "size", 2));
                    assertThat(spec.queueCapacity()).isEqualTo(4);
                    assertThat(spec.maxUses()).isEqualTo(5);
                    assertThat(spec.maxOverflow()).isZero();
                    assertThat(plans(spec)).contains("9");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "worker=", "restart.plan=", "restart.plan[0]=", "restart.survive-on=", "restart.on.killed=",
            "restart.count=", "creation.plan=", "task-restart.plan=", "task-restart.on.TimeoutException="
    })
    void a_value_of_the_defaults_is_not_told_and_its_placeholder_is_logged(String setting, CapturedOutput output) {
        // There is no pool in the settings, so the defaults were not checked at the start.
        runner.withPropertyValues("ppool.defaults." + setting + "${db.password}").run(context -> {
            PoolStarts starts = context.getBean(PoolStarts.class);
            Map<String, Object> settings = new LinkedHashMap<>(Map.of("size", 1));
            if (!setting.equals("worker=")) {
                settings.put("worker", "factory");
            }
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> start(starts, settings))
                    .satisfies(refused -> assertThat(refused).hasStackTraceContaining("ppool.")
                            .extracting(RunTimeSettingsTest::stackTrace, InstanceOfAssertFactories.STRING)
                            .doesNotContain("hunter-4711"));
            assertThat(output).contains("a pool can't be started at run time: ").contains("${db.password}")
                    .doesNotContain("hunter-4711");
            assertThat(context.getBean(Pools.class).names()).isEmpty();
        });
    }

    @Test
    void a_list_that_is_given_takes_the_place_of_one_text_of_the_application() {
        runner.withPropertyValues("ppool.pools.fresh.worker=factory", "ppool.pools.fresh.restart.plan=restart, wait")
                .run(context -> {
                    Pools pools = context.getBean(Pools.class);
                    pools.stopPool("fresh", Duration.ZERO);
                    PoolSpec<?> spec = start(context.getBean(PoolStarts.class), pools, Map.of("restart.plan[0]", "5s"));
                    assertThat(plans(spec)).contains(RestartPlan.parse("[5s]").toString()).doesNotContain("wait");
                });
    }

    @Test
    void what_a_bean_or_a_customizer_throws_is_told_by_its_class_alone(CapturedOutput output) {
        runner.run(context -> {
            PoolStarts starts = context.getBean(PoolStarts.class);
            assertThatIllegalStateException()
                    .isThrownBy(() -> start(starts, Map.of("worker", "broken")))
                    .withMessageStartingWith("the pool 'fresh' can't be made: org.springframework.beans.factory.")
                    .withMessageContaining("caused by java.lang.IllegalStateException")
                    .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("secret"));
            assertThatIllegalStateException()
                    .isThrownBy(() -> starts.start("refused", Map.of("worker", "factory")))
                    .withMessage("the pool 'refused' can't be made: java.lang.IllegalArgumentException");
            assertThat(output).contains("secret of a bean").contains("secret of a customizer");
            assertThat(context.getBean(Pools.class).names()).isEmpty();
        });
    }

    @Test
    void twenty_problems_are_told_and_each_in_short() {
        runner.run(context -> {
            Map<String, Object> settings = new LinkedHashMap<>(Map.of("worker", "factory"));
            for (int i = 0; i < 50; i++) {
                settings.put("nothing" + i + "-" + "n".repeat(5_000), "v".repeat(5_000));
            }
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> start(context.getBean(PoolStarts.class), settings))
                    .withMessageContaining("v… (5000 characters)")
                    .withMessageContaining("n… (50")
                    .withMessageEndingWith("; and 30 more")
                    .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(20 * 1_000));
        });
    }

    private static String stackTrace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static void start(PoolStarts starts, Map<String, ?> settings) {
        starts.start("fresh", settings);
    }

    private static PoolSpec<?> start(PoolStarts starts, Pools pools, Map<String, ?> settings) {
        starts.start("fresh", settings);
        return pools.spec("fresh").orElseThrow();
    }

    private static String plans(PoolSpec<?> spec) {
        return ((WorkerRestart.ByPlan) spec.restart()).policy().toString();
    }

    @Configuration(proxyBeanMethods = false)
    static class Workers {
        @Bean
        WorkerFactory<StringBuilder> factory() {
            return StringBuilder::new;
        }

        @Bean
        @Scope("prototype")
        WorkerFactory<StringBuilder> broken() {
            throw new IllegalStateException("secret of a bean");
        }

        @Bean
        PoolSpecCustomizer customizer() {
            return (name, spec) -> {
                if (name.equals("refused")) {
                    throw new IllegalArgumentException("secret of a customizer");
                }
            };
        }
    }
}
