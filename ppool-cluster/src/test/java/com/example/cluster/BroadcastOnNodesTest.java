package com.example.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.Cluster;
import io.github.ppool.cluster.ClusterBroadcast;
import io.github.ppool.cluster.ClusterBroadcast.End;
import io.github.ppool.cluster.ClusterBroadcast.NodeOutcome;
import io.github.ppool.cluster.ClusterBroadcasts;
import io.github.ppool.cluster.PoolBroadcast;
import io.github.ppool.cluster.TestDatabases;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.ClusterOperations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.stereotype.Component;

/** Applications on one real database that send broadcasts to the workers of all of them. */
@Timeout(240)
class BroadcastOnNodesTest {

    private static final Duration WITHIN = Duration.ofSeconds(40);

    private final List<ConfigurableApplicationContext> nodes = new CopyOnWriteArrayList<>();
    private final String prefix = TestDatabases.newPrefix();

    static Stream<String> databases() {
        return Stream.of(TestDatabases.newH2Url(), TestDatabases.postgresUrl());
    }

    @AfterEach
    void close() {
        nodes.forEach(ConfigurableApplicationContext::close);
    }

    private ConfigurableApplicationContext start(String name, String url, Class<?> application) {
        ConfigurableApplicationContext node = new SpringApplicationBuilder(application)
                .web(WebApplicationType.NONE)
                .registerShutdownHook(false)
                .run(
                        "--spring.datasource.url=" + url,
                        "--spring.datasource.username=" + (url.contains("h2") ? "sa" : "postgres"),
                        "--ppool.keep-alive=false",
                        "--ppool.pools.mail.worker=connections",
                        "--ppool.pools.mail.size=3",
                        "--ppool.cluster.node-name=" + name,
                        "--ppool.cluster.lease=10s",
                        "--spring.lifecycle.timeout-per-shutdown-phase=2s",
                        "--ppool.cluster.table-prefix=" + prefix,
                        "--ppool.cluster.initialize-schema=always");
        nodes.add(node);
        await().atMost(WITHIN).until(() -> node.getBean("mail", PoolClient.class).status().available() == 3);
        return node;
    }

    private static ClusterBroadcast result(CompletionStage<ClusterBroadcast> sent) throws Exception {
        return sent.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static List<Integer> versions(ConfigurableApplicationContext node) {
        return node.getBean(MailConnections.class).made.stream().map(connection -> connection.version).toList();
    }

    @ParameterizedTest
    @MethodSource("databases")
    void each_worker_of_each_node_does_the_work_once_with_the_payload(String url) throws Exception {
        ConfigurableApplicationContext first = start("first", url, Node.class);
        ConfigurableApplicationContext second = start("second", url, Node.class);
        start("third", url, NodeWithoutTheMethod.class);
        CertificateRenewal renewal = first.getBean(CertificateRenewal.class);
        ClusterBroadcast result = result(renewal.renewed(7));
        assertThat(versions(first)).containsExactly(7, 7, 7);
        assertThat(versions(second)).containsExactly(7, 7, 7);
        assertThat(result.nodes()).extracting(NodeOutcome::node).containsExactly("first", "second", "third");
        assertThat(result.nodes()).extracting(NodeOutcome::end)
                .containsExactly(End.ANSWERED, End.ANSWERED, End.NO_HANDLER);
        assertThat(result.nodes()).extracting(NodeOutcome::done).containsExactly(3, 3, 0);
        await().atMost(WITHIN).until(() -> renewal.log.size() == 1);
        assertThat(renewal.log).containsExactly("third: NO_HANDLER null");

        assertThat(second.getBean(Cluster.class).broadcasts()).singleElement().satisfies(kept -> {
            assertThat(kept.id()).isEqualTo(result.id());
            assertThat(kept.sent()).isNotNull();
            assertThat(kept.open()).isFalse();
            assertThat(kept.nodes()).isEqualTo(result.nodes());
        });
    }

    @ParameterizedTest
    @MethodSource("databases")
    void work_that_fails_and_payloads_that_do_not_fit_are_told(String url) throws Exception {
        ConfigurableApplicationContext first = start("first", url, Node.class);
        ConfigurableApplicationContext second = start("second", url, Node.class);
        second.getBean(MailConnections.class).fails = true;
        ClusterBroadcasts broadcasts = first.getBean(ClusterBroadcasts.class);
        ClusterBroadcast failed = result(broadcasts.send("mail", "reload-certificates", new Certificates(8), WITHIN));
        assertThat(failed.nodes()).extracting(NodeOutcome::done).containsExactly(3, 0);
        assertThat(failed.nodes().get(0).failed()).isZero();
        // a worker that crashes has a successor, which is asked too if it comes before the end
        assertThat(failed.nodes().get(1).failed()).isGreaterThanOrEqualTo(3);
        assertThat(failed.nodes().get(1).failure()).isEqualTo("java.lang.IllegalStateException: no such file");
        assertThat(failed.isDoneByAll()).isFalse();

        ClusterBroadcast unread = result(broadcasts.send("mail", "reload-certificates", Map.of("version", "x")));
        assertThat(unread.nodes()).extracting(NodeOutcome::end).containsOnly(End.REFUSED);
        assertThat(unread.nodes().get(0).failure())
                .contains("payload can't be read as com.example.cluster.BroadcastOnNodesTest$Certificates")
                .contains("version").doesNotContain("\"x\"");
        ClusterBroadcast tooMuch = result(broadcasts.send("mail", "close-idle", 1, WITHIN));
        assertThat(tooMuch.nodes().get(0).failure()).contains("payload must be null, because the method");
        second.getBean(Pools.class).stopPool("mail", Duration.ZERO);
        ClusterBroadcast stopped = result(broadcasts.send("mail", "close-idle", null, WITHIN));
        assertThat(stopped.nodes()).extracting(NodeOutcome::end).containsExactly(End.ANSWERED, End.REFUSED);
        assertThat(stopped.nodes().get(1).failure()).contains("the pool 'mail' does not run");
    }

    @ParameterizedTest
    @MethodSource("databases")
    void an_operator_sends_one_at_the_endpoint_and_sees_what_became_of_it(String url) {
        ConfigurableApplicationContext first = start("first", url, Node.class);
        ConfigurableApplicationContext second = start("second", url, Node.class);
        ClusterOperations operations = first.getBean(ClusterOperations.class);
        assertThat(operations.broadcast("mail", "reload", null, null)).isFalse();
        assertThat(operations.broadcast("mail", "reload-certificates", "{\"version\": 9}", WITHIN)).isTrue();
        await().atMost(WITHIN).until(() -> !operations.status().broadcasts().getFirst().open());
        assertThat(operations.status().broadcasts()).singleElement().satisfies(shown -> {
            assertThat(shown.pool()).isEqualTo("mail");
            assertThat(shown.name()).isEqualTo("reload-certificates");
            assertThat(shown.nodes()).extracting(ClusterOperations.Outcome::end).containsOnly("answered");
            assertThat(shown.nodes()).extracting(ClusterOperations.Outcome::done).containsExactly(3, 3);
        });
        assertThat(versions(second)).containsExactly(9, 9, 9);
        for (String wrong : List.of("{", "", "{\"version\": 9} x")) {
            assertThatThrownBy(() -> operations.broadcast("mail", "reload-certificates", wrong, WITHIN))
                    .as(wrong).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("payload can't be read");
        }
        assertThatThrownBy(() -> operations.broadcast("mail", "close-idle", null, Duration.ofDays(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("within must be from 1ms to 1d, got: ");
    }

    @ParameterizedTest
    @MethodSource("databases")
    void what_can_not_be_sent_is_refused(String url) {
        ClusterBroadcasts broadcasts = start("first", url, Node.class).getBean(ClusterBroadcasts.class);
        Map<String, Object> refused = new HashMap<>();
        List<Object> ring = new ArrayList<>();
        ring.add(ring);
        refused.put("payload must be a value that Jackson writes as JSON, got a java.util.ArrayList", ring);
        refused.put("payload must have at most 100000 characters as JSON, got: 100002", "x".repeat(100_000));
        refused.put("payload must be a text of Unicode", "\ud800");
        refused.forEach((message, payload) -> assertThatThrownBy(
                () -> broadcasts.send("mail", "reload-certificates", payload, WITHIN))
                .isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith(message));
        assertThatThrownBy(() -> broadcasts.send("mail", "a b", null, WITHIN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("name must have 1 to 100 letters, digits and - _ ., got: 'a b'");
        assertThatThrownBy(() -> broadcasts.send("mail", "a", null, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("within must be from 1ms to 1d, got: 0s");
        assertThatThrownBy(() -> broadcasts.send(null, "a", null, WITHIN)).isInstanceOf(NullPointerException.class)
                .hasMessage("pool must not be null");
        assertThatThrownBy(() -> broadcasts.send("mail", null, null, WITHIN)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> broadcasts.send("mail", "a", null, null)).isInstanceOf(NullPointerException.class);
    }

    @ParameterizedTest
    @MethodSource("databases")
    void a_node_that_stops_before_its_answer_is_lost(String url) throws Exception {
        ConfigurableApplicationContext first = start("first", url, Node.class);
        ConfigurableApplicationContext second = start("second", url, Node.class);
        MailConnections connections = second.getBean(MailConnections.class);
        connections.blocks = true;
        CompletionStage<ClusterBroadcast> sent = first.getBean(ClusterBroadcasts.class)
                .send("mail", "reload-certificates", new Certificates(10), WITHIN);
        assertThat(connections.blocked.await(40, TimeUnit.SECONDS)).isTrue();
        second.close();
        ClusterBroadcast result = result(sent);
        assertThat(result.nodes()).extracting(NodeOutcome::end).containsExactly(End.ANSWERED, End.NODE_LOST);
    }

    /** A connection to a mail server. */
    static final class MailConnection {
        private final MailConnections all;
        private volatile int version;

        MailConnection(MailConnections all) {
            this.all = all;
        }

        void reload(int wanted) throws InterruptedException {
            if (all.fails) {
                throw new IllegalStateException("no such file");
            }
            if (all.blocks) {
                all.blocked.countDown();
                new CountDownLatch(1).await();
            }
            version = wanted;
        }
    }

    static final class MailConnections implements WorkerFactory<MailConnection> {
        final List<MailConnection> made = new CopyOnWriteArrayList<>();
        final CountDownLatch blocked = new CountDownLatch(1);
        volatile boolean fails;
        volatile boolean blocks;

        @Override
        public MailConnection create() {
            MailConnection connection = new MailConnection(this);
            made.add(connection);
            return connection;
        }
    }

    // tag::method[]
    record Certificates(int version) {}

    @Component
    static class MailCertificates {

        @PoolBroadcast(pool = "mail", name = "reload-certificates")
        void reload(MailConnection connection, Certificates certificates) throws InterruptedException {
            connection.reload(certificates.version());
        }
    }
    // end::method[]

    @Component
    static class IdleConnections {
        @PoolBroadcast(pool = "mail", name = "close-idle")
        void close(MailConnection connection) {
            assertThat(connection).isNotNull();
        }
    }

    // tag::send[]
    @Component
    static class CertificateRenewal {

        private final ClusterBroadcasts broadcasts;
        private final List<String> log = new CopyOnWriteArrayList<>();

        CertificateRenewal(ClusterBroadcasts broadcasts) {
            this.broadcasts = broadcasts;
        }

        CompletionStage<ClusterBroadcast> renewed(int version) {
            return broadcasts
                    .send("mail", "reload-certificates", new Certificates(version), Duration.ofSeconds(30))
                    .whenComplete((result, unavailable) -> {
                        if (unavailable != null) {
                            log.add("not sent: " + unavailable.getMessage());
                        } else if (!result.isDoneByAll()) {
                            result.nodes().stream()
                                    .filter(node -> !node.isDone())
                                    .forEach(node -> log.add(node.node() + ": " + node.end() + " " + node.failure()));
                        }
                    });
        }
    }
    // end::send[]

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class NodeWithoutTheMethod {
        @Bean
        MailConnections connections() {
            return new MailConnections();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import({NodeWithoutTheMethod.class, MailCertificates.class, IdleConnections.class, CertificateRenewal.class})
    static class Node {}
}
