package io.github.ppool.spring.boot.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Settings that have no effect beside the others are pointed out when the application starts. */
@ExtendWith(OutputCaptureExtension.class)
class SettingsWithoutEffectTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
            .withUserConfiguration(SettingsTest.Workers.class)
            .withPropertyValues("ppool.pools.smtp.worker=factory");

    private void started(String... settings) {
        runner.withPropertyValues(settings).run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void an_interval_of_an_overload_that_no_setting_looks_for(CapturedOutput output) {
        started("ppool.pools.smtp.max-wait-interval=200ms");
        assertThat(output).contains("WARN", "ppool.pools.smtp.max-wait-interval is \"200ms\" (",
                "the pool looks for no overload without max-wait-target or queue: adaptive");
    }

    @Test
    void an_interval_with_one_of_these_is_no_news(CapturedOutput output) {
        started("ppool.pools.smtp.max-wait-interval=200ms", "ppool.pools.smtp.queue=adaptive");
        started("ppool.pools.smtp.max-wait-interval=200ms", "ppool.pools.smtp.max-wait-target=50ms");
        assertThat(output).doesNotContain("WARN");
    }

    @Test
    void a_warm_up_of_a_single_worker(CapturedOutput output) {
        started("ppool.pools.smtp.warm-up=2s", "ppool.pools.smtp.size=1");
        assertThat(output).contains("ppool.pools.smtp.warm-up is \"2s\" (", "nothing to spread over a time");
    }

    @Test
    void idle_workers_ahead_of_need_where_none_may_be_made(CapturedOutput output) {
        started("ppool.defaults.min-idle=2", "ppool.pools.smtp.size=5", "ppool.pools.smtp.max-overflow=0");
        assertThat(output).contains("ppool.defaults.min-idle is \"2\" (",
                "with max-overflow 0 there is no worker beyond the size");
    }

    @Test
    void idle_workers_ahead_of_need_that_come_and_go_with_each_checkout(CapturedOutput output) {
        started("ppool.pools.smtp.min-idle=2", "ppool.pools.smtp.size=5", "ppool.pools.smtp.max-overflow=5");
        assertThat(output).contains("ppool.pools.smtp.min-idle is \"2\" (",
                "without overflow-ttl each check-in may close a worker and each checkout make one");
    }

    @Test
    void settings_that_go_together_are_no_news(CapturedOutput output) {
        started("ppool.pools.smtp.min-idle=2", "ppool.pools.smtp.size=5", "ppool.pools.smtp.max-overflow=5",
                "ppool.pools.smtp.overflow-ttl=1m", "ppool.pools.smtp.warm-up=20ms");
        started();
        assertThat(output).doesNotContain("WARN");
    }
}
