package com.example.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.Cluster;
import io.github.ppool.cluster.ClusterLease;
import io.github.ppool.cluster.TestDatabases;
import io.github.ppool.process.ProcessBody;
import io.github.ppool.spring.boot.ClusterOperations;
import io.github.ppool.spring.boot.Scope;
import io.github.ppool.spring.boot.Supervised;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Two application contexts on one real database. */
@Timeout(120)
class TwoNodesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(50);

    private final List<ConfigurableApplicationContext> nodes = new CopyOnWriteArrayList<>();

    static Stream<String> databases() {
        return Stream.of(TestDatabases.newH2Url(), TestDatabases.postgresUrl());
    }

    @AfterEach
    void close() {
        nodes.forEach(ConfigurableApplicationContext::close);
    }

    private ConfigurableApplicationContext start(String name, String url, String prefix) {
        ConfigurableApplicationContext node = new SpringApplicationBuilder(Node.class)
                .web(WebApplicationType.NONE)
                .registerShutdownHook(false)
                .run(
                        "--spring.datasource.url=" + url,
                        "--spring.datasource.username=" + (url.contains("h2") ? "sa" : "postgres"),
                        "--ppool.keep-alive=false",
                        "--ppool.cluster.node-name=" + name,
                        "--ppool.cluster.lease=3s",
                        "--ppool.cluster.table-prefix=" + prefix,
                        "--ppool.cluster.initialize-schema=always");
        nodes.add(node);
        return node;
    }

    private static List<Long> tokens(ConfigurableApplicationContext node) {
        return node.getBean(Imports.class).seen;
    }

    private static boolean runs(ConfigurableApplicationContext node) {
        return node.getBean(SupervisionTrees.class).standby("feed").isEmpty();
    }

    @ParameterizedTest
    @MethodSource("databases")
    void the_loop_runs_on_one_of_them_and_moves_by_hand_over_and_by_an_orderly_stop(String url) {
        String prefix = TestDatabases.newPrefix();
        ConfigurableApplicationContext first = start("first", url, prefix);
        await().atMost(PATIENCE).until(() -> tokens(first).contains(1L));
        ConfigurableApplicationContext second = start("second", url, prefix);
        assertThat(runs(second)).isFalse();
        ClusterOperations console = second.getBean(ClusterOperations.class);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(console.status().singletons())
                .singleElement()
                .satisfies(feed -> {
                    assertThat(feed.singleton()).isEqualTo("feed");
                    assertThat(feed.node()).isEqualTo("first");
                    assertThat(feed.token()).isOne();
                    assertThat(feed.since()).isNotNull();
                    assertThat(feed.candidates()).containsExactly("second");
                }));
        assertThat(console.status().nodes()).extracting(ClusterOperations.Node::node)
                .containsExactly("first", "second");
        assertThat(console.status().nodes()).filteredOn(ClusterOperations.Node::self)
                .extracting(ClusterOperations.Node::node).containsExactly("second");
        assertThat(gauge(first, "ppool.cluster.singleton.held")).isOne();
        assertThat(gauge(second, "ppool.cluster.singleton.held")).isZero();

        assertThat(console.handOver("nobody")).isFalse();
        assertThat(console.handOver("feed")).isTrue();
        await().atMost(PATIENCE).until(() -> tokens(second).contains(2L));
        assertThat(runs(first)).isFalse();

        second.close();
        await().atMost(PATIENCE).until(() -> tokens(first).contains(3L));
        assertThat(first.getBean(Cluster.class).nodes()).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("databases")
    void a_node_is_drained_and_health_and_meters_tell(String url) {
        String prefix = TestDatabases.newPrefix();
        ConfigurableApplicationContext first = start("first", url, prefix);
        await().atMost(PATIENCE).until(() -> tokens(first).contains(1L));
        HealthIndicator health = first.getBean("ppoolClusterHealthIndicator", HealthIndicator.class);
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);
        assertThat(health.health().getDetails()).containsEntry("node", "first").containsEntry("lease", "held")
                .containsEntry("database", "reachable").containsKey("sinceHeartbeatMillis");
        assertThat(gauge(first, "ppool.cluster.lease.held")).isOne();
        assertThat(gauge(first, "ppool.cluster.lease.age")).isBetween(0.0, 3.0);
        await().atMost(PATIENCE).until(() -> counter(first, "ppool.cluster.lease.renewals") > 1);
        assertThat(first.getBean(MeterRegistry.class).get("ppool.cluster.lease.losses").functionCounter().count())
                .isZero();

        assertThat(first.getBean(ClusterOperations.class).drain("first")).isTrue();
        assertThat(first.getBean(ClusterOperations.class).drain("nobody")).isFalse();
        await().atMost(PATIENCE).until(() -> health.health().getStatus().equals(Status.OUT_OF_SERVICE));
        await().atMost(PATIENCE).until(() -> !runs(first));
        assertThat(first.getBean(ClusterOperations.class).undrain("first")).isTrue();
        await().atMost(PATIENCE).until(() -> tokens(first).contains(2L));
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);
    }

    private static double gauge(ConfigurableApplicationContext node, String meter) {
        return node.getBean(MeterRegistry.class).get(meter).gauge().value();
    }

    private static double counter(ConfigurableApplicationContext node, String meter) {
        return node.getBean(MeterRegistry.class).get(meter).counter().count();
    }

    @Test
    void without_a_database_an_application_with_such_a_loop_does_not_start() {
        new ApplicationContextRunner()
                .withUserConfiguration(Node.class)
                .withPropertyValues("ppool.cluster.enabled=false")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("The supervised bean 'feed' has the scope cluster"));
    }

    /** The work of the loop: it notes its token and waits for its end. */
    static final class Imports {
        final List<Long> seen = new CopyOnWriteArrayList<>();

        void follow(long token) throws InterruptedException {
            seen.add(token);
            new CountDownLatch(1).await();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Node {
        @Bean
        Imports imports() {
            return new Imports();
        }

        @Bean
        MeterRegistry registry() {
            return new SimpleMeterRegistry();
        }

        // tag::feed[]
        @Bean
        @Supervised(plan = "restart, backoff 1s..1m x2", scope = Scope.CLUSTER)
        ProcessBody feed(Imports imports) {
            return self -> imports.follow(ClusterLease.current().token());
        }
        // end::feed[]
    }
}
