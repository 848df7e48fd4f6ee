package io.github.ppool.spring.boot.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.Rate;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.spring.boot.DurablePools;
import io.github.ppool.spring.boot.DurableSettings;
import io.github.ppool.spring.boot.DurableSettings.OnEnd;
import io.github.ppool.spring.boot.PoolStarts;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;

/** The settings of pools for durable tasks. */
class DurableReaderTest {

    /** The settings that were read, and their problems. */
    private record Read(DurableSettings settings, List<SettingProblem> problems) {}

    private static Read read(String yaml) {
        StandardEnvironment environment = new StandardEnvironment();
        try {
            new YamlPropertySourceLoader()
                    .load("application.yml",
                            new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8), "application.yml"))
                    .forEach(environment.getPropertySources()::addLast);
        } catch (java.io.IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        PpoolProperties properties = SettingsBinder.bind(environment, new SettingProblems(environment));
        SettingProblems problems = new SettingProblems(environment);
        DurableSettings settings = DurableReader.read("smtp", properties, problems);
        return new Read(settings, problems.isEmpty() ? List.of() : problems.exception(null).problems());
    }

    private static DurableSettings valid(String yaml) {
        Read read = read(yaml);
        assertThat(read.problems()).isEmpty();
        return read.settings();
    }

    @Test
    void a_pool_without_settings_has_the_default_ones() {
        assertThat(valid("ppool: {pools: {smtp: {worker: factory}}}")).isSameAs(DurableSettings.DEFAULT);
        assertThat(valid("ppool: {pools: {smtp: {worker: factory, durable: }}}")).isSameAs(DurableSettings.DEFAULT);
        assertThat(valid("ppool: {pools: {other: {durable: {rate: 1/1s}}}}")).isSameAs(DurableSettings.DEFAULT);
    }

    @Test
    void all_settings_are_read() {
        Read read = read("""
                ppool:
                  pools:
                    smtp:
                      durable:
                        prefetch: 7
                        plan: [restart, 5s, "backoff 1s..1m x2 jitter 20%*8", wait]
                        "on": {node-lost: [restart*3, wait], AddressException: [delete], timeout: 1m}
                        count: 2
                        on-end: delete
                        rate: 100/1m
                        partition-rate: 5 / 1s
                        partitions: true
                """);
        assertThat(read.problems()).isEmpty();
        DurableSettings settings = read.settings();
        assertThat(settings.plan().plan())
                .isEqualTo(RestartPlan.parse("[restart, 5s, backoff 1s..1m x2 jitter 20%*8, wait]"));
        assertThat(settings.plan().plans().on()).containsOnlyKeys("node-lost", "unreadable", "AddressException",
                "timeout");
        assertThat(settings.plan().count()).isEqualTo(RestartCount.of(2));
        assertThat(settings).returns(OnEnd.DELETE, DurableSettings::onEnd)
                .returns(7, DurableSettings::prefetch)
                .returns(Rate.of(100, Duration.ofMinutes(1)), DurableSettings::rate)
                .returns(Rate.of(5, Duration.ofSeconds(1)), DurableSettings::partitionRate)
                .returns(true, DurableSettings::partitions)
                .returns(true, DurableSettings::hasPartitions);
    }

    @Test
    void a_setting_that_a_pool_lacks_is_that_of_the_defaults() {
        Read read = read("""
                ppool:
                  defaults: {durable: {rate: 1/1s, prefetch: 3, on-end: delete, "on": {node-lost: wait, Bad: delete}}}
                  pools: {smtp: {durable: {prefetch: auto, plan: restart*2}}}
                """);
        assertThat(read.problems()).isEmpty();
        assertThat(read.settings()).returns(OnEnd.DELETE, DurableSettings::onEnd)
                .returns(null, DurableSettings::prefetch)
                .returns(Rate.of(1, Duration.ofSeconds(1)), DurableSettings::rate);
        // A plan replaces those by the classes of exceptions, but not those of lost nodes and unreadable payloads.
        assertThat(read.settings().plan().plans().on()).containsOnlyKeys("node-lost", "unreadable");
        assertThat(read.settings().plan().plans().on().get("node-lost")).isEqualTo(RestartPlan.parse("[wait]"));
        assertThat(read.settings().plan().plan()).isEqualTo(RestartPlan.parse("[restart*2]"));
        assertThat(read.settings().plan().count()).isEqualTo(RestartCount.ONCE);
    }

    @Test
    void plans_for_reasons_alone_leave_the_others_as_they_are() {
        DurableSettings settings = valid("ppool: {pools: {smtp: {durable: {\"on\": {Bad: [delete]}}}}}");
        assertThat(settings.plan().plans().on()).containsOnlyKeys("node-lost", "unreadable", "Bad");
        assertThat(settings.plan().plan()).isEqualTo(DurableSettings.DEFAULT_PLAN.plan());
        assertThat(settings.plan().count()).isEqualTo(RestartCount.INFINITY);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "rate: 100 | rate | 100 | rate must be a number, a slash and a duration",
            "rate: 100/m | rate | 100/m | rate must have a duration from 1ms to 366d after the slash",
            "rate: 0/1m | rate | 0/1m | rate must permit 1 to 999999999",
            "rate: -1/1m | rate | -1/1m | rate must be a number, a slash and a duration",
            "rate: 9999999999/1m | rate | 9999999999/1m | rate must be a number, a slash and a duration",
            "rate: 5/0s | rate | 5/0s | rate must have a duration from 1ms to 366d after the slash",
            "rate: 5/9223372036854775807d | rate | 5/9223372036854775807d | rate must have a duration from 1ms to 366d"
                    + " after the slash",
            "partition-rate: fast | partition-rate | fast | partition-rate must be a number, a slash and a"
                    + " duration",
            "prefetch: -1 | prefetch | -1 | prefetch must be auto or a number from 0 to 10000",
            "prefetch: 10001 | prefetch | 10001 | prefetch must be auto or a number from 0 to 10000",
            "prefetch: many | prefetch | many | prefetch must be auto or a number from 0 to 10000",
            "count: -1 | count | -1 | count must be a number from 0 on or infinity"})
    void a_wrong_value_is_refused(String setting, String key, String value, String rule) {
        assertThat(read("ppool: {pools: {smtp: {durable: {" + setting + "}}}}").problems())
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.property()).isEqualTo("ppool.pools.smtp.durable." + key);
                    assertThat(problem.value()).isEqualTo(value);
                    assertThat(problem.origin()).contains("application.yml");
                    assertThat(problem.rule()).contains(rule.startsWith("count") ? "count" : rule);
                    assertThat(problem.remedy()).endsWith(".");
                });
    }

    @Test
    void a_wrong_plan_is_marked() {
        assertThat(read("ppool: {pools: {smtp: {durable: {plan: \"restart, 5 parsecs\"}}}}").problems())
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.property()).isEqualTo("ppool.pools.smtp.durable.plan");
                    assertThat(problem.rule()).contains("column 11").contains("\nrestart, 5 parsecs\n          ^");
                });
        assertThat(read("ppool: {defaults: {durable: {\"on\": {Bad: [wait, later]}}}}").problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.property())
                        .isEqualTo("ppool.defaults.durable.on.Bad[1]"));
    }

    @Test
    void too_many_plans_are_refused() {
        String plans = java.util.stream.IntStream.rangeClosed(1, 21)
                .mapToObj(i -> "E" + i + ": wait").collect(Collectors.joining(", "));
        assertThat(read("ppool: {defaults: {durable: {\"on\": {" + plans + "}}}}").problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.rule()).contains("at most 20 plans by reason, got: 21"));
    }

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
            .withBean("worker", WorkerFactory.class, () -> (WorkerFactory<Object>) Object::new)
            .withPropertyValues("ppool.pools.smtp.worker=worker");

    @Test
    void settings_without_the_module_are_refused() {
        runner.withPropertyValues("ppool.pools.smtp.durable.rate=1/1s").run(context -> assertThat(
                context.getStartupFailure()).hasStackTraceContaining(
                        "ppool.pools.smtp.durable: tasks that survive"
                                + " their node need the module ppool-durable, which is not on the class path"));
        runner.withPropertyValues("ppool.defaults.durable.partitions=true").run(context -> assertThat(
                context.getStartupFailure()).hasStackTraceContaining("ppool.defaults.durable: tasks that survive"));
        runner.withPropertyValues("ppool.durable.poll=1s..2s").run(context -> assertThat(context.getStartupFailure())
                .hasStackTraceContaining("there is no such setting without the module ppool-durable"));
    }

    @Test
    void pools_are_known_with_their_settings() {
        runner.run(context -> {
            DurablePools pools = context.getBean(DurablePools.class);
            assertThat(pools.names()).containsExactly("smtp");
            assertThat(pools.settings("smtp")).isEqualTo(DurableSettings.DEFAULT);
            assertThat(pools.settings("none")).isEqualTo(DurableSettings.DEFAULT);
        });
    }

    @Test
    void settings_of_a_request_are_refused() {
        runner.run(context -> Assertions.assertThatIllegalArgumentException()
                .isThrownBy(() -> context.getBean(PoolStarts.class)
                        .start("late", Map.of("worker", "worker", "durable.rate", "1/1s")))
                .withMessageContaining("durable"));
    }
}
