package io.github.ppool.test.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.Pools;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.test.PpoolTester;
import io.github.ppool.time.ManualClock;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class PpoolTesterAutoConfigurationTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PpoolTesterAutoConfiguration.class, PpoolAutoConfiguration.class));

    @Test
    void there_is_a_tester_of_the_applications_pools_and_the_real_clock() {
        runner.run(context -> {
            assertThat(context).hasSingleBean(PpoolTester.class).doesNotHaveBean(ManualClock.class);
            assertThat(context.getBean(PpoolTester.class).pools()).isSameAs(context.getBean(Pools.class));
        });
    }

    @Test
    void the_pools_live_by_the_manual_clock_where_it_is_asked_for() {
        runner.withPropertyValues("spring.test.ppool.manual-clock=true").run(context -> assertThat(
                context.getBean(Pools.class).system().clock()).isSameAs(context.getBean(ManualClock.class)));
    }

    @Test
    void it_backs_off_from_a_clock_a_process_system_and_a_tester_of_the_application() {
        ManualClock clock = new ManualClock();
        ProcessSystem system = new ProcessSystem(clock);
        runner.withPropertyValues("spring.test.ppool.manual-clock=true")
                .withBean(ManualClock.class, () -> clock)
                .withBean(ProcessSystem.class, () -> system)
                .run(context -> {
                    assertThat(context).hasSingleBean(ProcessSystem.class).hasSingleBean(ManualClock.class);
                    assertThat(context.getBean(PpoolTester.class).clock()).isSameAs(clock);
                });
    }

    @Test
    void an_application_without_pools_starts() {
        runner.withPropertyValues("ppool.enabled=false").run(context -> assertThat(context).hasNotFailed());
    }
}
