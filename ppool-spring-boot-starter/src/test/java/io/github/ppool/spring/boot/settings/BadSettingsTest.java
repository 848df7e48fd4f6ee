package io.github.ppool.spring.boot.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.PoolWorker;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Scope;
import org.springframework.mock.env.MockEnvironment;

/** The output of an application with settings that can't work: the test starts it whole. */
@ExtendWith(OutputCaptureExtension.class)
class BadSettingsTest {

    private static final AtomicInteger made = new AtomicInteger();

    private CapturedOutput output;

    @BeforeEach
    void nothingIsMadeYet(CapturedOutput captured) {
        output = captured;
        made.set(0);
    }

    @Test
    void a_negative_size_is_refused() {
        assertThat(refused("ppool.pools.smtp.size=-1"))
                .contains("Property: ppool.pools.smtp.size", "Value: \"-1\"", "size must not be negative",
                        "Use 0 to 100000.");
    }

    @Test
    void more_workers_than_a_pool_may_have_are_refused() {
        assertThat(refused("ppool.pools.smtp.size=2147483647", "ppool.defaults.max-overflow=100001"))
                .contains("Property: ppool.pools.smtp.size", "Value: \"2147483647\"", "size must be at most 100000",
                        "Property: ppool.defaults.max-overflow", "max-overflow must be at most 100000",
                        "Use 0 to 100000.");
    }

    @Test
    void more_idle_workers_than_there_may_be_are_refused() {
        assertThat(refused("ppool.pools.smtp.size=5", "ppool.pools.smtp.max-overflow=3",
                "ppool.pools.smtp.min-idle=9"))
                .contains("Property: ppool.pools.smtp.min-idle", "Value: \"9\"",
                        "Reason: min-idle must be at most size + max-overflow",
                        "Lower ppool.pools.smtp.min-idle, or raise ppool.pools.smtp.max-overflow.");
    }

    @Test
    void a_rule_that_sheds_waiters_is_refused_where_none_may_wait() {
        assertThat(refused("ppool.pools.smtp.queue-capacity=0", "ppool.defaults.shed=oldest"))
                .contains("Property: ppool.pools.smtp.queue-capacity", "Value: \"0\"",
                        "queue-capacity must be at least 1 with shed oldest: there is no waiter to shed",
                        "Raise ppool.pools.smtp.queue-capacity, or set ppool.pools.smtp.shed to newest.");
    }

    @Test
    void a_start_that_waits_for_less_than_its_warm_up_is_refused() {
        assertThat(refused("ppool.pools.smtp.await-ready=5s", "ppool.pools.smtp.fail-fast=true",
                "ppool.pools.smtp.warm-up=6s"))
                .contains("Property: ppool.pools.smtp.await-ready", "Value: \"5s\"",
                        "await-ready must be at least warm-up with fail-fast, or each start fails",
                        "Raise ppool.pools.smtp.await-ready, or shorten ppool.pools.smtp.warm-up.");
    }

    @Test
    void each_bad_setting_of_the_queue_is_told() {
        assertThat(refused("ppool.pools.smtp.max-wait-target=0s", "ppool.pools.smtp.max-wait-interval=-1s",
                "ppool.pools.smtp.min-idle=-1", "ppool.pools.smtp.warm-up=-1s"))
                .contains("Property: ppool.pools.smtp.max-wait-target", "max-wait-target must be positive",
                        "Property: ppool.pools.smtp.max-wait-interval", "max-wait-interval must be positive",
                        "Property: ppool.pools.smtp.min-idle", "min-idle must not be negative",
                        "Property: ppool.pools.smtp.warm-up", "warm-up must not be negative");
    }

    @Test
    void more_workers_than_a_pool_may_have_in_all_are_refused() {
        assertThat(refused("ppool.pools.smtp.size=100000"))
                .contains("Property: ppool.pools.smtp.size", "Value: \"100000\"",
                        "size + max-overflow must be from 0 to 100000",
                        "Lower ppool.pools.smtp.size or ppool.pools.smtp.max-overflow: together they may be 100000.");
    }

    @Test
    void rates_bursts_and_overruns_that_cannot_be_are_refused_and_each_names_its_property() {
        assertThat(refused("ppool.pools.smtp.rate=0/1m", "ppool.pools.smtp.key-rate=fast",
                "ppool.pools.smtp.overrun-after=0s", "ppool.pools.http.worker=factory",
                "ppool.pools.http.rate=100/1m", "ppool.pools.http.burst=0", "ppool.pools.http.key-rate=5/1s",
                "ppool.pools.http.key-burst=6", "ppool.pools.imap.worker=factory", "ppool.pools.imap.burst=3"))
                .contains("Property: ppool.pools.smtp.rate", "Value: \"0/1m\"", "rate must permit 1 to 999999999",
                        "Property: ppool.pools.smtp.key-rate", "Value: \"fast\"",
                        "key-rate must be a number, a slash and a duration, such as 100/1m",
                        "Write for example 100/1m or 5/1s.",
                        "Property: ppool.pools.smtp.overrun-after", "overrun-after must be positive",
                        "Property: ppool.pools.http.burst", "burst must be 1 to 100, which the rate permits",
                        "Use a number from 1 to 100, or remove the burst.",
                        "Property: ppool.pools.http.key-burst", "key-burst must be 1 to 5, which the rate permits",
                        "Property: ppool.pools.imap.burst",
                        "burst says how many begin at once within a rate, but there is no rate",
                        "Set ppool.pools.imap.rate too, or remove the burst.");
    }

    @Test
    void an_unknown_strategy_is_refused() {
        assertThat(refused("ppool.pools.smtp.strategy=fastest"))
                .contains("Property: ppool.pools.smtp.strategy", "Value: \"fastest\"",
                        "strategy must be one of lifo, fifo, affine");
    }

    @Test
    void a_text_that_is_no_plan_is_refused_and_its_column_is_shown() {
        assertThat(refused("ppool.pools.smtp.restart.plan=restart, 5 parsecs, wait"))
                .contains("Property: ppool.pools.smtp.restart.plan", "Value: \"restart, 5 parsecs, wait\"", "column 11")
                .containsPattern("\n {12}restart, 5 parsecs, wait\n {22}\\^");
    }

    @Test
    void a_plan_that_is_too_long_is_refused_and_not_printed() {
        assertThat(refused("ppool.pools.smtp.restart.plan=P" + "1".repeat(6_000),
                "ppool.pools.http.worker=factory", "ppool.pools.http.restart.plan=" + "wait,".repeat(20_000)))
                .contains("Property: ppool.pools.smtp.restart.plan", "column 1: possible here: a duration",
                        "Property: ppool.pools.http.restart.plan", "at most 10000 characters, got: 100002")
                .hasSizeLessThan(5_000);
    }

    @Test
    void a_plan_of_too_many_elements_is_refused() {
        String[] properties = new String[1_002];
        properties[0] = "ppool.pools.smtp.worker=factory";
        for (int i = 0; i <= 1_000; i++) {
            properties[i + 1] = "ppool.pools.smtp.restart.plan[" + i + "]=wait";
        }
        assertThat(startFails(Workers.class, properties))
                .contains("Property: ppool.pools.smtp.restart.plan", "a plan must have at most 1000 elements");
    }

    @Test
    void an_element_that_is_none_is_refused_by_its_index() {
        assertThat(refused("ppool.pools.smtp.restart.plan[0]=restart", "ppool.pools.smtp.restart.plan[1]=retry"))
                .contains("Property: ppool.pools.smtp.restart.plan[1]", "Value: \"retry\"", "column 1");
    }

    @Test
    void a_plan_for_a_reason_that_is_none_is_refused_by_its_reason() {
        assertThat(refused("ppool.pools.smtp.restart.on.ConnectException[0]=retry"))
                .contains("Property: ppool.pools.smtp.restart.on.ConnectException[0]", "Value: \"retry\"",
                        "column 1");
    }

    @Test
    void a_plan_for_a_failed_task_must_not_wait() {
        assertThat(refused("ppool.pools.smtp.task-restart.on.ConnectException=wait"))
                .contains("Property: ppool.pools.smtp.task-restart.on",
                        "Take wait out of the plan: use delays or a backoff instead.");
    }

    @Test
    void a_plan_for_all_other_reasons_is_said_once() {
        assertThat(refused("ppool.pools.smtp.restart.plan=wait", "ppool.pools.smtp.restart.on.default=restart"))
                .contains("Property: ppool.pools.smtp.restart.on.default", "Remove one of them");
    }

    @Test
    void plans_by_reason_contradict_a_type() {
        assertThat(refused("ppool.pools.smtp.restart.type=permanent", "ppool.pools.smtp.restart.on.killed=wait"))
                .contains("Property: ppool.pools.smtp.restart.type", "restart.on");
    }

    @Test
    void on_without_quotation_marks_is_told_what_yaml_makes_of_it() {
        assertThat(refused("ppool.pools.smtp.restart[true].killed=wait"))
                .contains("quotation marks");
    }

    @Test
    void a_worker_bean_that_does_not_exist_is_refused() {
        assertThat(startFails(Workers.class, "ppool.pools.smtp.worker=smtpWorker"))
                .contains("Property: ppool.pools.smtp.worker", "there is no bean named 'smtpWorker'",
                        "there is: factory");
    }

    @Test
    void a_singleton_that_is_no_factory_is_refused() {
        assertThat(startFails(Workers.class, "ppool.pools.smtp.worker=singleton"))
                .contains("the bean 'singleton' of class java.lang.StringBuilder is no WorkerFactory", "singleton",
                        "@Scope(\"prototype\")");
        assertThat(made).hasValue(0);
    }

    @Test
    void a_pool_without_a_worker_is_refused() {
        assertThat(startFails(Workers.class, "ppool.pools.smtp.size=1"))
                .contains("Property: ppool.pools.smtp.worker", "@PoolWorker(\"smtp\")");
    }

    @Test
    void two_classes_for_one_pool_are_refused() {
        assertThat(startFails(TwoWorkers.class, "ppool.pools.smtp.size=1"))
                .contains("several classes are annotated with @PoolWorker(\"smtp\")");
    }

    @Test
    void a_bean_with_the_name_of_a_pool_is_refused() {
        assertThat(startFails(Workers.class, "ppool.pools.factory.worker=factory"))
                .contains("Property: ppool.pools.factory", "there is another bean named 'factory' already",
                        "Rename the pool or the bean");
    }

    @Test
    void a_bean_with_the_name_of_a_pool_is_refused_even_where_beans_may_be_overridden() {
        assertThat(startFails(Workers.class, "ppool.pools.factory.worker=factory",
                "spring.main.allow-bean-definition-overriding=true"))
                .contains("there is another bean named 'factory' already");
    }

    @Test
    void a_setting_that_does_not_exist_is_refused() {
        assertThat(refused("ppool.pools.smtp.max-overflw=2"))
                .contains("Property: ppool.pools.smtp.max-overflw", "there is no such setting");
    }

    @Test
    void a_duration_that_is_none_is_refused() {
        assertThat(refused("ppool.pools.smtp.checkout-timeout=soon"))
                .contains("ppool.pools.smtp.checkout-timeout", "checkout-timeout must be a duration");
    }

    @Test
    void a_pool_that_is_a_text_is_refused() {
        assertThat(startFails(Workers.class, "ppool.pools.smtp=factory"))
                .contains("Property: ppool.pools.smtp", "Value: \"factory\"", "with its settings below it");
    }

    @Test
    void a_type_and_a_plan_contradict_each_other() {
        assertThat(refused("ppool.pools.smtp.restart.type=permanent", "ppool.pools.smtp.restart.plan=restart"))
                .contains("Property: ppool.pools.smtp.restart.type", "Remove one of");
    }

    @Test
    void an_intensity_without_a_type_has_nothing_to_bound() {
        assertThat(refused("ppool.pools.smtp.restart.intensity=3"))
                .contains("Property: ppool.pools.smtp.restart.intensity",
                        "by plan, which is bounded by its count");
    }

    @Test
    void an_impossible_intensity_in_the_defaults_is_refused_though_no_pool_has_a_type() {
        assertThat(refused("ppool.defaults.restart.intensity=-1"))
                .contains("Property: ppool.defaults.restart.intensity", "Value: \"-1\"");
        assertThat(refused("ppool.defaults.restart.period=-1s"))
                .contains("Property: ppool.defaults.restart.period", "Value: \"-1s\"");
    }

    @Test
    void an_exception_that_does_not_exist_is_refused() {
        assertThat(refused("ppool.pools.smtp.restart.survive-on=IOException"))
                .contains("ppool.pools.smtp.restart.survive-on", "there is no class IOException");
    }

    @Test
    void a_name_that_can_be_no_bean_is_refused() {
        assertThat(startFails(Workers.class, "ppool.pools[a/b].worker=factory"))
                .contains("ppool.pools.a/b", PoolNames.RULE);
    }

    @Test
    void a_default_that_cannot_work_is_told_once_for_all_pools() {
        assertThat(startFails(Workers.class, "ppool.defaults.queue-capacity=-5", "ppool.pools.one.worker=factory",
                "ppool.pools.two.worker=factory"))
                .contains("A setting of ppool can't work")
                .containsOnlyOnce("Property: ppool.defaults.queue-capacity");
    }

    @Test
    void all_that_is_wrong_is_told_at_once() {
        assertThat(startFails(Workers.class, "ppool.pools.smtp.worker=nobody", "ppool.pools.smtp.size=-1",
                "ppool.pools.http.max-uses=-2"))
                .contains("4 settings of ppool can't work", "smtp.worker", "smtp.size", "http.max-uses", "http.worker");
    }

    @Test
    void an_unknown_pool_is_refused_where_it_is_injected() {
        assertThat(startFails(AsksForUnknownPool.class, "ppool.pools.smtp.worker=factory"))
                .contains(
                        "asks for the pool 'mail' as PoolClient<StringBuilder>, but there is no pool of that name",
                        "ppool.pools.smtp is a PoolClient<StringBuilder>",
                        "configure ppool.pools.mail.worker");
    }

    @Test
    void another_type_of_workers_is_refused_where_it_is_injected() {
        assertThat(startFails(AsksForOtherType.class, "ppool.pools.smtp.worker=factory"))
                .contains("asks for PoolClient<Integer>, but no pool has workers of that type",
                        "ppool.pools.smtp is a PoolClient<StringBuilder>",
                        "or configure a pool whose worker is an Integer.");
    }

    @Test
    void another_type_of_workers_of_a_known_pool_is_refused() {
        assertThat(startFails(AsksForOtherTypeByName.class, "ppool.pools.smtp.worker=factory"))
                .contains("that pool has workers of another type", "Ask for PoolClient<StringBuilder>");
    }

    @Test
    void a_parameter_that_tells_no_pool_from_another_is_refused() {
        assertThat(startFails(AsksForOneOfTwo.class, "ppool.pools.smtp.worker=factory",
                "ppool.pools.http.worker=factory"))
                .contains("there are 2 such pools", "Call the parameter like the pool");
    }

    @Test
    void a_pool_that_is_injected_while_all_are_disabled_is_refused() {
        assertThat(startFails(AsksForUnknownPool.class, "ppool.enabled=false"))
                .contains("there are no pools", "Remove ppool.enabled=false");
    }

    /** The analysis for a pool 'smtp' with a worker and these settings; the start has made no bean of a worker. */
    private String refused(String... settings) {
        String analysis = startFails(Workers.class,
                Stream.concat(Stream.of("ppool.pools.smtp.worker=factory"), Stream.of(settings))
                        .toArray(String[]::new));
        assertThat(made).hasValue(0);
        return analysis;
    }

    private String startFails(Class<?> application, String... properties) {
        MockEnvironment environment = new MockEnvironment();
        environment.setIgnoreUnresolvableNestedPlaceholders(false);
        for (String property : properties) {
            int equals = property.indexOf('=');
            environment.setProperty(property.substring(0, equals), property.substring(equals + 1));
        }
        SpringApplication spring = new SpringApplicationBuilder(application)
                .web(WebApplicationType.NONE)
                .environment(environment)
                .logStartupInfo(false)
                .build();
        Assertions.assertThatException().isThrownBy(() -> spring.run());
        String text = output.toString();
        int start = text.indexOf("APPLICATION FAILED TO START");
        assertThat(start).as("there is a failure analysis in: %s", text).isNotNegative();
        return text.substring(start);
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(PpoolAutoConfiguration.class)
    static class Workers {
        @Bean
        WorkerFactory<StringBuilder> factory() {
            made.incrementAndGet();
            return StringBuilder::new;
        }

        @Bean
        StringBuilder singleton() {
            made.incrementAndGet();
            return new StringBuilder();
        }

        @Bean
        @Scope("prototype")
        StringBuilder prototype() {
            made.incrementAndGet();
            return new StringBuilder();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import({FirstWorker.class, SecondWorker.class})
    static class TwoWorkers extends Workers {}

    @PoolWorker("smtp")
    static class FirstWorker {}

    @PoolWorker("smtp")
    static class SecondWorker {}

    @Configuration(proxyBeanMethods = false)
    static class AsksForUnknownPool extends Workers {
        @Bean
        Object user(@Qualifier("mail") PoolClient<StringBuilder> pool) {
            return pool;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class AsksForOtherType extends Workers {
        @Bean
        Object user(PoolClient<Integer> pool) {
            return pool;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class AsksForOtherTypeByName extends Workers {
        @Bean
        Object user(@Qualifier("smtp") PoolClient<Integer> pool) {
            return pool;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class AsksForOneOfTwo extends Workers {
        @Bean
        Object user(PoolClient<StringBuilder> pool) {
            return pool;
        }
    }
}
