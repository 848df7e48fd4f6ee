package io.github.ppool.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartIntensity;
import io.github.ppool.spring.boot.ObservedPools;
import io.github.ppool.spring.boot.lifecycle.PoolsLifecycle;
import io.github.ppool.spring.boot.settings.PpoolProperties;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class PpoolAutoConfigurationTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
            .withUserConfiguration(Workers.class);

    @Test
    void there_are_pools_and_a_process_system() {
        runner.run(context -> assertThat(context)
                .hasSingleBean(ProcessSystem.class)
                .hasSingleBean(ObservedPools.class)
                .hasSingleBean(PoolsLifecycle.class)
                .doesNotHaveBean(PoolClient.class));
    }

    @Test
    void a_configured_pool_is_a_bean_that_works() {
        runner.withPropertyValues("ppool.pools.builders.worker=factory").run(context -> {
            @SuppressWarnings("unchecked")
            PoolClient<StringBuilder> pool = context.getBean("builders", PoolClient.class);
            String result = pool.transactionResult(worker -> worker.append("done").toString());
            assertThat(result).isEqualTo("done");
            assertThat(context.getBean(Pools.class).names()).containsExactly("builders");
        });
    }

    @Test
    void nothing_is_there_when_it_is_disabled() {
        runner.withPropertyValues("ppool.enabled=false", "ppool.pools.builders.worker=factory")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(Pools.class)
                        .doesNotHaveBean(ProcessSystem.class)
                        .doesNotHaveBean(PoolClient.class));
    }

    @Test
    void it_backs_off_from_a_process_system_of_the_application() {
        ProcessSystem own = new ProcessSystem();
        runner.withBean("own", ProcessSystem.class, () -> own).run(context -> {
            assertThat(context).hasSingleBean(ProcessSystem.class);
            assertThat(context.getBean(Pools.class).system()).isSameAs(own);
        });
    }

    @Test
    void it_backs_off_from_pools_of_the_application() {
        runner.withBean(RecordingPools.class, RecordingPools::new)
                .withPropertyValues("ppool.pools.builders.worker=factory")
                .run(context -> {
                    assertThat(context).hasSingleBean(Pools.class);
                    assertThat(context.getBean(RecordingPools.class).specs).containsOnlyKeys("builders");
                });
    }

    @Test
    void the_tree_has_its_own_default_intensity_and_that_of_the_configuration() {
        PpoolProperties[] bound = new PpoolProperties[2];
        runner.run(context -> bound[0] = context.getBean(PpoolProperties.class));
        runner.withPropertyValues("ppool.intensity=2", "ppool.period=9s")
                .run(context -> bound[1] = context.getBean(PpoolProperties.class));
        assertThat(bound[0].rootIntensity()).isEqualTo(Pools.DEFAULT_INTENSITY);
        assertThat(bound[0].sharesIntensity()).isFalse();
        assertThat(bound[1].sharesIntensity()).isTrue();
        assertThat(bound[1].rootIntensity()).hasToString("RestartIntensity[intensity=2, period=PT9S]");
    }

    @Test
    void pools_share_an_intensity_only_if_one_is_configured_or_a_part_of_it() {
        runner.run(context -> assertThat(context.getBean(Pools.class).sharedIntensity()).isEmpty());
        runner.withPropertyValues("ppool.intensity=2").run(context -> assertThat(
                context.getBean(Pools.class).sharedIntensity())
                .contains(new RestartIntensity(2, Duration.ofMinutes(1))));
        runner.withPropertyValues("ppool.period=9s").run(context -> assertThat(
                context.getBean(Pools.class).sharedIntensity())
                .contains(new RestartIntensity(5, Duration.ofSeconds(9))));
    }

    @Test
    void several_contexts_in_one_machine_do_not_clash() {
        runner.withPropertyValues("ppool.pools.builders.worker=factory")
                .run(first -> runner.withPropertyValues("ppool.pools.builders.worker=factory").run(second -> {
                    assertThat(second).hasNotFailed();
                    second.getBean(Pools.class).stopPool("builders", Duration.ZERO);
                    assertThat(first.getBean(Pools.class).names()).containsExactly("builders");
                }));
    }

    @Configuration(proxyBeanMethods = false)
    static class Workers {
        @Bean
        WorkerFactory<StringBuilder> factory() {
            return StringBuilder::new;
        }
    }
}
