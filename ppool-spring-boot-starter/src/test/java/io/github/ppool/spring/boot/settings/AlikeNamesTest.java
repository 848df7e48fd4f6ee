package io.github.ppool.spring.boot.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.ppool.pool.GroupStrategy;
import io.github.ppool.pool.PoolGroup;
import io.github.ppool.pool.PoolGroupSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.process.ProcessBody;
import io.github.ppool.spring.boot.PoolStarts;
import io.github.ppool.spring.boot.PoolWorker;
import io.github.ppool.spring.boot.Supervised;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.spring.boot.autoconfigure.FailedStarts;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Names that Spring Boot's relaxed binding takes for one: {@code my-pool}, {@code mypool}, {@code MY_POOL}. */
@ExtendWith(OutputCaptureExtension.class)
class AlikeNamesTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
            .withUserConfiguration(Workers.class)
            .withPropertyValues("ppool.pools.my-pool.worker=factory", "ppool.pools.my-pool.size=3",
                    "ppool.pools.my-pool.queue-capacity=77");

    @ParameterizedTest
    @ValueSource(strings = {"mypool", "myPool", "my_pool", "MY-POOL", "m-y-p-o-o-l"})
    void a_pool_whose_name_is_like_that_of_a_configured_one_is_not_started_at_run_time(String name) {
        runner.run(context -> {
            PoolStarts starts = context.getBean(PoolStarts.class);
            for (Map<String, ?> settings : java.util.List.of(Map.of("worker", "factory"), Map.<String, Object>of())) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> starts.start(name, settings))
                        .withMessage("ppool.pools." + name + ": the names '" + name
                                + "' and 'my-pool' are one to Spring"
                                + " Boot, which takes no notice of -, _ and capital letters in the names of settings");
            }
            assertThat(starts.isKnown(name)).isFalse();
            assertThat(context.getBean(Pools.class).names()).containsExactly("my-pool");
            // Also while the other does not run.
            context.getBean(Pools.class).stopPool("my-pool", Duration.ZERO);
            assertThatIllegalArgumentException().isThrownBy(() -> starts.start(name, Map.of("size", 1)));
            assertThat(starts.start("my-pool", Map.of("size", 1)).status().queueCapacity()).isEqualTo(77);
        });
    }

    @Test
    void pools_that_are_started_at_run_time_only_have_nothing_of_each_other() {
        runner.run(context -> {
            PoolStarts starts = context.getBean(PoolStarts.class);
            starts.start("a-b", Map.of("worker", "factory", "size", 1, "queue-capacity", 5));
            assertThat(starts.start("ab", Map.of("worker", "factory", "size", 2)).status().queueCapacity())
                    .isEqualTo(1000);
        });
    }

    @Test
    void two_pools_of_one_file_whose_names_are_alike_are_refused(CapturedOutput output) {
        assertThat(FailedStarts.analysis(output, Workers.class, "ppool.pools.my-pool.worker=factory",
                "ppool.pools.mypool.worker=factory", "ppool.pools.mypool.size=1"))
                .contains("A setting of ppool can't work", "Property: ppool.pools.mypool\n", "Origin: ",
                        "the names 'mypool' and 'my-pool' are one to Spring Boot",
                        "Write the name of a pool in one way, or give one of the pools another name.");
    }

    @Test
    void one_pool_may_be_spelled_otherwise_in_another_file_and_in_the_environment() {
        runner.withInitializer(context -> {
            StandardEnvironment environment = (StandardEnvironment) context.getEnvironment();
            environment.getPropertySources()
                    .addFirst(new MapPropertySource("another file", Map.of("ppool.pools.myPool.max-overflow", 4)));
            environment.getPropertySources().replace(
                    StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                    new SystemEnvironmentPropertySource(
                            StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                            Map.of("PPOOL_POOLS_MYPOOL_MAXUSES", "9")));
        }).run(context -> {
            Pools pools = context.getBean(Pools.class);
            String name = pools.names().iterator().next();
            assertThat(pools.names()).hasSize(1);
            assertThat(pools.spec(name).orElseThrow())
                    .satisfies(spec -> assertThat(spec.size()).isEqualTo(3))
                    .satisfies(spec -> assertThat(spec.maxOverflow()).isEqualTo(4))
                    .satisfies(spec -> assertThat(spec.maxUses()).isEqualTo(9));
        });
    }

    @Test
    void an_environment_variable_is_for_the_pool_of_a_class_however_its_name_is_spelled() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
                .withUserConfiguration(OfClass.class)
                .withInitializer(
                        context -> ((StandardEnvironment) context.getEnvironment()).getPropertySources().replace(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                                new SystemEnvironmentPropertySource(
                                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                                        Map.of("PPOOL_POOLS_BYCLASS_SIZE", "2"))))
                .run(context -> {
                    Pools pools = context.getBean(Pools.class);
                    assertThat(pools.names()).containsExactly("by-class");
                    assertThat(pools.spec("by-class").orElseThrow().size()).isEqualTo(2);
                    assertThat(context).hasBean("by-class").hasBean("byClass");
                });
    }

    @Test
    void an_environment_variable_of_a_group_or_a_supervised_bean_makes_no_second_one() {
        runner.withUserConfiguration(Loop.class)
                .withPropertyValues("ppool.groups.my-group.members=my-pool", "ppool.supervised.myLoop.shutdown=2s")
                .withInitializer(
                        context -> ((StandardEnvironment) context.getEnvironment()).getPropertySources().replace(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                                new SystemEnvironmentPropertySource(
                                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                                        Map.of("PPOOL_GROUPS_MYGROUP_STRATEGY", "random",
                                                "PPOOL_SUPERVISED_MYLOOP_COUNT", "3"))))
                .run(context -> {
                    assertThat(context).hasNotFailed().hasSingleBean(PoolGroup.class);
                    assertThat(context.getBean(PoolGroup.class).spec())
                            .isEqualTo(PoolGroupSpec.of("my-group", "my-pool").withStrategy(GroupStrategy.RANDOM));
                    assertThat(context.getBean(SupervisionTrees.class).names()).containsExactly("myLoop");
                });
    }

    @Test
    void two_groups_or_beans_of_one_file_whose_names_are_alike_are_refused(CapturedOutput output) {
        assertThat(FailedStarts.analysis(output, Workers.class, "ppool.pools.my-pool.worker=factory",
                "ppool.groups.my-group.members=my-pool", "ppool.groups.mygroup.members=my-pool",
                "ppool.supervised.my-loop.count=1", "ppool.supervised.myloop.count=1"))
                .contains("Property: ppool.groups.mygroup\n",
                        "Write the name of a group in one way, or give one of the groups another name.",
                        "Property: ppool.supervised.myloop\n",
                        "Write the name of a bean in one way, or give one of the beans another name.");
    }

    @Test
    void a_class_may_spell_the_name_of_a_configured_pool_otherwise() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
                .withUserConfiguration(OfClass.class)
                .withPropertyValues("ppool.pools.byClass.size=4")
                .run(context -> assertThat(context.getBean(Pools.class).spec("byClass").orElseThrow().size())
                        .isEqualTo(4));
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(PpoolAutoConfiguration.class)
    static class Workers {
        @Bean
        WorkerFactory<StringBuilder> factory() {
            return StringBuilder::new;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Loop {
        @Bean
        @Supervised
        ProcessBody myLoop() {
            return self -> self.receive();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(ByClass.class)
    static class OfClass {}

    @PoolWorker("by-class")
    static class ByClass {}
}
