package io.github.ppool.spring.boot.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStrategy;
import io.github.ppool.pool.QueueOrder;
import io.github.ppool.pool.Rate;
import io.github.ppool.pool.ShedRule;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.pool.WorkerRestart;
import io.github.ppool.restart.PlanByReason;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartIntensity;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.restart.RestartType;
import io.github.ppool.spring.boot.PoolSpecCustomizer;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.spring.boot.autoconfigure.RecordingPools;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

class SettingsTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
            .withUserConfiguration(Workers.class);

    @Test
    void a_pool_has_the_defaults_of_a_specification() {
        started("ppool: {pools: {smtp: {worker: factory}}}", specs -> {
            PoolSpec<?> spec = specs.get("smtp");
            PoolSpec<?> plain = PoolSpec.builder("smtp", Object::new).build();
            assertThat(spec)
                    .usingRecursiveComparison()
                    .ignoringFields("factory", "listener", "surviveOn", "crashOn")
                    .isEqualTo(plain);
        });
    }

    @Test
    void every_setting_reaches_the_specification() {
        started(
                """
                        ppool:
                          pools:
                            smtp:
                              worker: factory
                              size: 1
                              max-overflow: 2
                              strategy: affine
                              queue-capacity: 3
                              checkout-timeout: 4s
                              overflow-ttl: 5s
                              queue: adaptive
                              shed: deadline
                              max-wait-target: 50ms
                              max-wait-interval: 200ms
                              min-idle: 2
                              warm-up: 7s
                              max-lifetime: 6m
                              lifetime-jitter: 0.7
                              max-uses: 8
                              max-idle: 9m
                              validate-on-checkout: true
                              validate-after-idle: 10s
                              keep-alive: 11s
                              task-timeout: 12s
                              key-blocks: false
                              sticky: true
                              rate: 100/1m
                              burst: 10
                              key-rate: 5/1s
                              key-burst: 2
                              overrun-after: 20s
                              shutdown: 13s
                              platform-threads: true
                              leak-detection: true
                              leak-detection-threshold: 19s
                              refuse-while-suspended: true
                              restart:
                                plan: [restart, 5s, "backoff 1s..1m x2 jitter 20%", {stop: no-luck}]
                                count: 3
                                reset-after: 14s
                                survive-on: [java.io.IOException, java.lang.IllegalStateException]
                                crash-on: java.lang.Error
                              creation:
                                parallelism: 15
                                failure-limit: 16
                                plan: [1s, wait]
                                count: infinity
                                reset-after: 17s
                              task-restart:
                                plan: [restart, 1s]
                                count: 18
                        """,
                specs -> {
                    PoolSpec<?> spec = specs.get("smtp");
                    assertThat(spec.size()).isEqualTo(1);
                    assertThat(spec.maxOverflow()).isEqualTo(2);
                    assertThat(spec.strategy()).isEqualTo(PoolStrategy.AFFINE);
                    assertThat(spec.queueCapacity()).isEqualTo(3);
                    assertThat(spec.checkoutTimeout()).hasSeconds(4);
                    assertThat(spec.overflowTtl()).hasSeconds(5);
                    assertThat(spec.queue()).isEqualTo(QueueOrder.ADAPTIVE);
                    assertThat(spec.shed()).isEqualTo(ShedRule.DEADLINE);
                    assertThat(spec.maxWaitTarget()).hasMillis(50);
                    assertThat(spec.maxWaitInterval()).hasMillis(200);
                    assertThat(spec.minIdle()).isEqualTo(2);
                    assertThat(spec.warmUp()).hasSeconds(7);
                    assertThat(spec.maxLifetime()).hasMinutes(6);
                    assertThat(spec.lifetimeJitter()).isEqualTo(0.7);
                    assertThat(spec.maxUses()).isEqualTo(8);
                    assertThat(spec.maxIdle()).hasMinutes(9);
                    assertThat(spec.validateOnCheckout()).isTrue();
                    assertThat(spec.validateAfterIdle()).hasSeconds(10);
                    assertThat(spec.keepAlive()).hasSeconds(11);
                    assertThat(spec.taskTimeout()).hasSeconds(12);
                    assertThat(spec.keyBlocks()).isFalse();
                    assertThat(spec.sticky()).isTrue();
                    assertThat(spec.rate()).isEqualTo(new Rate(100, Duration.ofMinutes(1), 10));
                    assertThat(spec.keyRate()).isEqualTo(new Rate(5, Duration.ofSeconds(1), 2));
                    assertThat(spec.overrunAfter()).hasSeconds(20);
                    assertThat(spec.shutdown()).hasSeconds(13);
                    assertThat(spec.platformThreads()).isTrue();
                    assertThat(spec.leakDetection()).isTrue();
                    assertThat(spec.leakDetectionThreshold()).hasSeconds(19);
                    assertThat(spec.refuseWhileSuspended()).isTrue();
                    RestartPlan plan = RestartPlan
                            .parse("[restart, 5s, backoff 1s..1m x2 jitter 20%, {stop: no-luck}]");
                    assertThat(spec.restart())
                            .isEqualTo(new WorkerRestart.ByPlan(RestartPolicy.of(plan)
                                    .withCount(RestartCount.of(3))
                                    .withResetAfter(Duration.ofSeconds(14))));
                    assertThat(spec.surviveOn()).accepts(new FileNotFoundException()).rejects(new Error());
                    assertThat(spec.crashOn()).accepts(new StackOverflowError()).rejects(new IOException());
                    assertThat(spec.creationParallelism()).isEqualTo(15);
                    assertThat(spec.creationFailureLimit()).isEqualTo(16);
                    assertThat(spec.creationPlan())
                            .isEqualTo(RestartPolicy.of(RestartPlan.parse("[1s, wait]"))
                                    .withCount(RestartCount.INFINITY)
                                    .withResetAfter(Duration.ofSeconds(17)));
                    assertThat(spec.taskRestart())
                            .isEqualTo(RestartPolicy.of(RestartPlan.parse("[restart, 1s]"))
                                    .withCount(RestartCount.of(18)));
                });
    }

    @Test
    void a_pool_may_have_no_room_at_all() {
        started(
                "ppool: {pools: {smtp: {worker: factory, size: 0, max-overflow: 0}}}",
                specs -> assertThat(specs.get("smtp")).returns(0, PoolSpec::size).returns(0, PoolSpec::maxOverflow));
    }

    @Test
    void a_pool_crashes_workers_by_the_list_of_broken_resources_unless_its_settings_say_otherwise() {
        started(
                """
                        ppool:
                          pools:
                            plain: {worker: factory}
                            replaced: {worker: factory, restart: {crash-on: [java.lang.IllegalStateException]}}
                            emptied: {worker: factory, restart: {crash-on: []}}
                        """,
                specs -> {
                    assertThat(specs.get("plain").crashOn()).isSameAs(PoolSpec.BROKEN_RESOURCE);
                    assertThat(specs.get("replaced").crashOn())
                            .accepts(new IllegalStateException())
                            .rejects(new IOException());
                    assertThat(specs.get("emptied").crashOn())
                            .rejects(new IOException(), new IllegalStateException(), new Error());
                });
    }

    @Test
    void an_empty_list_of_the_defaults_is_replaced_by_that_of_a_pool_and_the_other_way_round() {
        started(
                """
                        ppool:
                          defaults: {restart: {crash-on: []}}
                          pools:
                            plain: {worker: factory}
                            own: {worker: factory, restart: {crash-on: java.io.IOException}}
                        """,
                specs -> {
                    assertThat(specs.get("plain").crashOn()).rejects(new IOException());
                    assertThat(specs.get("own").crashOn()).accepts(new IOException());
                });
        started(
                """
                        ppool:
                          defaults: {restart: {crash-on: java.io.IOException}}
                          pools:
                            plain: {worker: factory}
                            own: {worker: factory, restart: {crash-on: []}}
                        """,
                specs -> {
                    assertThat(specs.get("plain").crashOn()).accepts(new IOException());
                    assertThat(specs.get("own").crashOn()).rejects(new IOException());
                });
    }

    @Test
    void restarts_may_be_by_type_within_an_intensity() {
        started(
                "ppool: {pools: {smtp: {worker: factory, restart: {type: transient, intensity: 4, period: 9s}}}}",
                specs -> {
                    assertThat(specs.get("smtp").restart()).isEqualTo(new WorkerRestart.ByType(RestartType.TRANSIENT));
                    assertThat(specs.get("smtp").intensity())
                            .isEqualTo(new RestartIntensity(4, Duration.ofSeconds(9)));
                });
    }

    @Test
    void a_plan_may_be_one_text() {
        runner.withPropertyValues("ppool.pools.smtp.worker=factory",
                "ppool.pools.smtp.restart.plan=[restart, 5s, wait]")
                .run(context -> assertThat(context.getBean(RecordingPools.class).specs.get("smtp").restart())
                        .asString()
                        .contains("[restart, 5s, wait]"));
    }

    @Test
    void plans_may_depend_on_the_reason() {
        started(
                """
                        ppool:
                          defaults:
                            restart:
                              plan: [restart, 1m]
                              "on": {killed: [wait]}
                          pools:
                            smtp:
                              worker: factory
                              restart:
                                "on":
                                  ConnectException: [5s, "backoff 1s..1m x2"]
                                  "[java.io.EOFException]": [restart]
                                count: 3
                            both:
                              worker: factory
                              restart:
                                "on": {ConnectException: [5s], default: [wait]}
                            inherits: {worker: factory}
                            plain: {worker: factory, restart: {plan: [wait]}}
                        """,
                specs -> {
                    assertThat(plans(specs.get("smtp"))).hasToString(
                            "{ConnectException: [5s, backoff 1s..1m x2], java.io.EOFException: [restart],"
                                    + " default: [restart, 1m]}");
                    assertThat(plans(specs.get("both"))).hasToString("{ConnectException: [5s], default: [wait]}");
                    assertThat(plans(specs.get("inherits"))).hasToString("{killed: [wait], default: [restart, 1m]}");
                    assertThat(plans(specs.get("plain"))).hasToString("[wait]");
                });
    }

    @Test
    void plans_for_failed_tasks_may_depend_on_the_exception() {
        started(
                """
                        ppool:
                          defaults:
                            task-restart:
                              plan: [restart, 1m]
                              "on": {TimeoutException: []}
                          pools:
                            smtp:
                              worker: factory
                              task-restart:
                                "on":
                                  ConnectException: [5s]
                                  "[java.io.EOFException]": [restart]
                            both:
                              worker: factory
                              task-restart: {plan: [1s], count: 2, "on": {ConnectException: [5s]}}
                            inherits: {worker: factory}
                            plain: {worker: factory, task-restart: {plan: [2s]}}
                        """,
                specs -> {
                    assertThat(taskPlans(specs.get("smtp"))).hasToString(
                            "{ConnectException: [5s], java.io.EOFException: [restart], default: [restart, 1m]}");
                    assertThat(taskPlans(specs.get("both"))).hasToString("{ConnectException: [5s], default: [1s]}");
                    assertThat(specs.get("both").taskRestart().count()).isEqualTo(RestartCount.of(2));
                    assertThat(taskPlans(specs.get("inherits"))).hasToString(
                            "{TimeoutException: [], default: [restart, 1m]}");
                    assertThat(taskPlans(specs.get("plain"))).hasToString("[2s]");
                });
        started("ppool: {pools: {smtp: {worker: factory, task-restart: {\"on\": {ConnectException: 5s}}}}}",
                specs -> assertThat(taskPlans(specs.get("smtp"))).hasToString("{ConnectException: [5s], default: []}"));
    }

    private static PlanByReason taskPlans(PoolSpec<?> spec) {
        return spec.taskRestart().plans();
    }

    /** The reason for the quotation marks in the documentation, and the text that the failure analysis looks for. */
    @Test
    void yaml_takes_the_bare_word_on_for_true() {
        StandardEnvironment environment = new StandardEnvironment();
        yaml(environment, "ppool: {pools: {smtp: {restart: {on: {killed: [wait]}}}}}");
        assertThat(environment.getProperty("ppool.pools.smtp.restart[true].killed[0]")).isEqualTo("wait");
    }

    private static PlanByReason plans(PoolSpec<?> spec) {
        return ((WorkerRestart.ByPlan) spec.restart()).policy().plans();
    }

    @Test
    void a_pool_has_the_defaults_for_all_pools_that_it_does_not_override() {
        started(
                """
                        ppool:
                          defaults:
                            size: 2
                            max-overflow: 0
                            restart: {type: permanent, intensity: 7}
                          pools:
                            one: {worker: factory}
                            two: {worker: factory, size: 3, restart: {period: 1m}}
                            three: {worker: factory, restart: {plan: [wait]}}
                        """,
                specs -> {
                    assertThat(specs.get("one").size()).isEqualTo(2);
                    assertThat(specs.get("two").size()).isEqualTo(3);
                    assertThat(specs.get("two").maxOverflow()).isZero();
                    assertThat(specs.get("two").intensity()).isEqualTo(new RestartIntensity(7, Duration.ofMinutes(1)));
                    assertThat(specs.get("three").restart())
                            .isEqualTo(new WorkerRestart.ByPlan(
                                    RestartPolicy.POOL_DEFAULT.withPlan(RestartPlan.parse("[wait]"))));
                });
    }

    @Test
    void names_are_relaxed() {
        started(
                """
                        ppool:
                          pools:
                            smtp: {worker: factory, max_overflow: 1, queueCapacity: 2, checkout-timeout: 3s}
                        """,
                specs -> {
                    assertThat(specs.get("smtp").maxOverflow()).isEqualTo(1);
                    assertThat(specs.get("smtp").queueCapacity()).isEqualTo(2);
                    assertThat(specs.get("smtp").checkoutTimeout()).hasSeconds(3);
                });
    }

    @Test
    void environment_variables_come_first_and_make_no_second_pool_of_a_name_with_a_dash() {
        runner.withInitializer(context -> {
            StandardEnvironment environment = (StandardEnvironment) context.getEnvironment();
            environment
                    .getPropertySources()
                    .replace(
                            StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                            new SystemEnvironmentPropertySource(
                                    StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                                    Map.of(
                                            "PPOOL_POOLS_MYPOOL_MAXOVERFLOW", "7",
                                            "PPOOL_POOLS_MYPOOL_RESTART_PLAN", "[restart, 2s]",
                                            "PPOOL_HOME", "/opt/ppool")));
            yaml(environment, "ppool: {pools: {my-pool: {worker: factory, size: 3, max-overflow: 1}}}");
        })
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    Map<String, PoolSpec<?>> specs = context.getBean(RecordingPools.class).specs;
                    assertThat(specs).containsOnlyKeys("my-pool");
                    assertThat(specs.get("my-pool").size()).isEqualTo(3);
                    assertThat(specs.get("my-pool").maxOverflow()).isEqualTo(7);
                    assertThat(specs.get("my-pool").restart()).asString().contains("[restart, 2s]");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"PPOOL", "PPOOL_HOME", "PPOOL_PORT", "PPOOL_SERVICE_HOST"})
    void environment_variables_of_something_else_are_passed_over(String variable) {
        for (String pools : List.of("{}", "{pools: {smtp: {worker: factory, size: 3}}}")) {
            runner.withInitializer(context -> {
                StandardEnvironment environment = (StandardEnvironment) context.getEnvironment();
                environment.getPropertySources().replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                                Map.of(variable, "tcp://10.0.0.1:80")));
                yaml(environment, "ppool: " + pools);
            }).run(context -> assertThat(context).hasNotFailed());
        }
    }

    @Test
    void a_pool_may_be_named_without_saying_anything_about_it() {
        started("ppool: {defaults: {worker: factory, size: 6}, pools: {smtp: , http: {size: 7}}}", specs -> {
            assertThat(specs.get("smtp").size()).isEqualTo(6);
            assertThat(specs.get("http").size()).isEqualTo(7);
        });
    }

    @Test
    void placeholders_are_resolved() {
        runner.withPropertyValues("workers=9", "ppool.pools.smtp.worker=factory", "ppool.pools.smtp.size=${workers}")
                .run(context -> assertThat(context.getBean(RecordingPools.class).specs.get("smtp").size())
                        .isEqualTo(9));
    }

    @Test
    void customizers_have_the_last_word() {
        runner.withBean(PoolSpecCustomizer.class, () -> (pool, spec) -> spec.size(pool.length()))
                .withPropertyValues("ppool.pools.smtp.worker=factory", "ppool.pools.smtp.size=1")
                .run(context -> assertThat(context.getBean(RecordingPools.class).specs.get("smtp").size())
                        .isEqualTo(4));
    }

    private void started(String yaml, Consumer<Map<String, PoolSpec<?>>> check) {
        runner.withInitializer(context -> yaml((StandardEnvironment) context.getEnvironment(), yaml)).run(context -> {
            assertThat(context).hasNotFailed();
            check.accept(context.getBean(RecordingPools.class).specs);
        });
    }

    private static void yaml(StandardEnvironment environment, String text) {
        try {
            new YamlPropertySourceLoader()
                    .load("test.yml", new ByteArrayResource(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                    .forEach(environment.getPropertySources()::addLast);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Workers {
        @Bean
        RecordingPools pools() {
            return new RecordingPools();
        }

        @Bean
        WorkerFactory<StringBuilder> factory() {
            return StringBuilder::new;
        }
    }
}
