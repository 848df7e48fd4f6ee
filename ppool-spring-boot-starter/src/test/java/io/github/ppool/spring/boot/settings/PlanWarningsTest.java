package io.github.ppool.spring.boot.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.spring.boot.PoolSpecCustomizer;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Plans that work but hardly as meant are pointed out when the application starts. */
@ExtendWith(OutputCaptureExtension.class)
class PlanWarningsTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
            .withUserConfiguration(SettingsTest.Workers.class)
            .withPropertyValues("ppool.pools.smtp.worker=factory", "ppool.pools.imap.worker=factory");

    @Test
    void an_element_that_is_never_reached_is_told_with_property_value_and_origin(CapturedOutput output) {
        started("ppool.pools.smtp.restart.plan=restart, backoff 1s..1m, wait");
        assertThat(output).contains(
                "WARN",
                "ppool.pools.smtp.restart.plan is \"restart, backoff 1s..1m, wait\" (",
                "element 3 (wait) is never reached: element 2 (backoff 1s..1m");
    }

    @Test
    void a_plan_for_a_reason_is_looked_at_too(CapturedOutput output) {
        started("ppool.pools.smtp.restart.on.killed=wait, delete, restart");
        assertThat(output).contains("ppool.pools.smtp.restart.on is ",
                "on killed: element 3 (restart) is never reached");
    }

    @Test
    void a_count_that_changes_nothing_is_told_by_its_own_property(CapturedOutput output) {
        started("ppool.pools.smtp.restart.count=3");
        assertThat(output).contains("ppool.pools.smtp.restart.count is \"3\"", "count 3 changes nothing");
    }

    @Test
    void restarts_for_ever_without_a_pause_are_told(CapturedOutput output) {
        started("ppool.pools.smtp.restart.plan[0]=restart", "ppool.pools.smtp.restart.count=infinity");
        assertThat(output).contains(
                "ppool.pools.smtp.restart.plan is \"[restart]\"", "restarts for ever without a pause");
    }

    @Test
    void the_plans_for_making_workers_and_for_tasks_are_looked_at_too(CapturedOutput output) {
        started("ppool.pools.smtp.creation.plan=delete, 5s", "ppool.pools.imap.task-restart.plan=stop, 5s");
        assertThat(output)
                .contains("ppool.pools.smtp.creation.plan is \"delete, 5s\"", "element 2 (5s) is never reached")
                .contains("ppool.pools.imap.task-restart.plan is \"stop, 5s\"");
    }

    @Test
    void an_empty_plan_for_an_exception_of_a_task_is_meant_and_other_plans_are_looked_at(CapturedOutput output) {
        started("ppool.pools.smtp.task-restart.on.TimeoutException=", "ppool.pools.imap.task-restart.plan=1s",
                "ppool.pools.imap.task-restart.on.TimeoutException=[]");
        assertThat(output).doesNotContain("WARN");
        started("ppool.pools.smtp.task-restart.on.TimeoutException=stop, 5s");
        assertThat(output).contains("ppool.pools.smtp.task-restart.on is ",
                "on TimeoutException: element 2 (5s) is never reached");
    }

    @Test
    void a_plan_in_the_defaults_is_told_once_and_only_if_a_pool_follows_it(CapturedOutput output) {
        started("ppool.defaults.restart.plan=stop, restart");
        assertThat(output.toString().split("ppool.defaults.restart.plan is", -1)).hasSize(2);
    }

    @Test
    void a_plan_in_the_defaults_that_no_pool_follows_is_not_told(CapturedOutput output) {
        started("ppool.defaults.restart.plan=stop, restart", "ppool.pools.smtp.restart.plan=5s",
                "ppool.pools.imap.restart.plan=5s");
        assertThat(output).doesNotContain("never reached");
    }

    @Test
    void a_plan_that_a_customizer_sets_is_told_by_the_name_of_the_pool(CapturedOutput output) {
        runner.withUserConfiguration(Customizes.class).run(context -> assertThat(output)
                .contains("of a PoolSpecCustomizer of the pool 'smtp': element 2 (restart) is never reached"));
    }

    @Test
    void plans_without_fault_are_not_talked_about(CapturedOutput output) {
        started("ppool.pools.smtp.restart.plan=restart, 5s, wait");
        assertThat(output).doesNotContain("WARN");
    }

    private void started(String... settings) {
        runner.withPropertyValues(settings).run(context -> assertThat(context).hasNotFailed());
    }

    @Configuration(proxyBeanMethods = false)
    static class Customizes {
        @Bean
        PoolSpecCustomizer stopsFirst() {
            return (pool, spec) -> {
                if (pool.equals("smtp")) {
                    spec.restart(RestartPolicy.of(RestartPlan.parse("[stop, restart]")));
                }
            };
        }
    }
}
