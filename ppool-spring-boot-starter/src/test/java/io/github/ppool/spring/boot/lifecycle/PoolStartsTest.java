package io.github.ppool.spring.boot.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.pool.WorkerRestart;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.spring.boot.PoolStarts;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Pools that are started while the application runs, from settings. */
class PoolStartsTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
            .withUserConfiguration(Workers.class)
            .withPropertyValues("ppool.defaults.queue-capacity=77", "ppool.pools.known.worker=factory",
                    "ppool.pools.known.size=3");

    @Test
    void a_new_pool_has_its_settings_and_the_defaults_of_the_application() {
        runner.run(context -> {
            PoolClient<?> pool = context.getBean(PoolStarts.class)
                    .start("fresh", Map.of("worker", "factory", "size", 2, "restart.plan[0]", "5s"));
            assertThat(pool.status().size()).isEqualTo(2);
            assertThat(pool.status().queueCapacity()).isEqualTo(77);
            assertThat(context.getBean(Pools.class).spec("fresh").orElseThrow().restart())
                    .asInstanceOf(InstanceOfAssertFactories.type(WorkerRestart.ByPlan.class))
                    .extracting(WorkerRestart.ByPlan::policy)
                    .extracting(RestartPolicy::plan)
                    .isEqualTo(RestartPlan.parse("[5s]"));
        });
    }

    @Test
    void a_configured_pool_that_was_stopped_is_started_as_configured_or_with_changes_and_its_bean_follows() {
        runner.run(context -> {
            PoolStarts starts = context.getBean(PoolStarts.class);
            Pools pools = context.getBean(Pools.class);
            PoolClient<?> bean = context.getBean("known", PoolClient.class);
            pools.stopPool("known", Duration.ZERO);
            starts.start("known", Map.of());
            assertThat(bean.status().size()).isEqualTo(3);
            pools.stopPool("known", Duration.ZERO);
            starts.start("known", Map.of("size", "1"));
            assertThat(bean.status().size()).isEqualTo(1);
        });
    }

    @Test
    void a_declared_pool_is_started_as_it_is_declared_and_not_otherwise() {
        runner.run(context -> {
            PoolStarts starts = context.getBean(PoolStarts.class);
            context.getBean(Pools.class).stopPool("numbers", Duration.ZERO);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> starts.start("numbers", Map.of("size", 4)))
                    .withMessage(
                            "the pool 'numbers' is declared by the PoolSpec bean 'numbersSpec' and is started as it is"
                                    + " there: without settings");
            assertThat(starts.start("numbers", Map.of()).status().size()).isEqualTo(2);
        });
    }

    @Test
    void what_is_known_is_told_whether_it_runs_or_not() {
        runner.run(context -> {
            PoolStarts starts = context.getBean(PoolStarts.class);
            context.getBean(Pools.class).stopPool("known", Duration.ZERO);
            assertThat(starts.isKnown("known")).isTrue();
            assertThat(starts.isKnown("numbers")).isTrue();
            assertThat(starts.isKnown("fresh")).isFalse();
        });
    }

    @Test
    void a_pool_that_runs_is_left_as_it_is() {
        runner.run(context -> {
            assertThatIllegalStateException()
                    .isThrownBy(() -> context.getBean(PoolStarts.class).start("known", Map.of("size", 9)))
                    .withMessage("there is a pool 'known' already");
            assertThat(context.getBean("known", PoolClient.class).status().size()).isEqualTo(3);
        });
    }

    @Test
    void settings_that_can_not_work_are_refused_with_all_that_is_wrong() {
        runner.run(context -> {
            PoolStarts starts = context.getBean(PoolStarts.class);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> starts.start("fresh", Map.of("worker", "nobody", "size", -1)))
                    .withMessage("ppool.pools.fresh.worker: there is no bean named 'nobody', got: nobody");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> starts.start("fresh",
                            Map.of("worker", "factory", "size", -1, "queue-capacity", -2)))
                    .withMessageContaining("ppool.pools.fresh.size: size must not be negative, got: -1")
                    .withMessageContaining(
                            "ppool.pools.fresh.queue-capacity: queue-capacity must not be negative, got: -2");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> starts.start("fresh", Map.of("worker", "factory", "sise", 1)))
                    .withMessageContaining("ppool.pools.fresh.sise: there is no such setting");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> starts.start("9lives", Map.of("worker", "factory")))
                    .withMessageContaining("the name of a pool must begin with a letter");
            assertThat(context.getBean(Pools.class).names()).containsExactly("known", "numbers");
        });
    }

    @Test
    void a_pool_that_depends_on_none_or_in_a_circle_is_refused_and_one_that_depends_on_another_stops_before_it() {
        runner.run(context -> {
            PoolStarts starts = context.getBean(PoolStarts.class);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> starts.start("fresh", Map.of("worker", "factory", "depends-on", "nobody")))
                    .withMessageContaining("ppool.pools.fresh.depends-on: there is no pool 'nobody'");
            starts.start("feeder", Map.of("worker", "factory", "depends-on", "known"));
            context.getBean(Pools.class).stopPool("known", Duration.ZERO);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> starts.start("known", Map.of("depends-on", "feeder")))
                    .withMessageContaining("pools depend on each other in a circle");
            assertThat(context.getBean(ConfiguredPools.class).order().dependents().get("known"))
                    .containsExactly("feeder");
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class Workers {
        @Bean
        WorkerFactory<StringBuilder> factory() {
            return StringBuilder::new;
        }

        @Bean
        PoolSpec<Integer> numbersSpec() {
            return PoolSpec.builder("numbers", () -> 7).size(2).build();
        }
    }
}
