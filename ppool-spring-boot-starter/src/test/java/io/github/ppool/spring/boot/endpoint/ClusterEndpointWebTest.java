package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.spring.boot.ClusterOperations;
import io.github.ppool.spring.boot.Scope;
import io.github.ppool.spring.boot.Supervised;
import io.github.ppool.spring.boot.lifecycle.ManualScope;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/** The part of the endpoint that is about the cluster, and the trees that stand by. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
        "management.endpoints.web.exposure.include=ppool,health", "management.endpoint.ppool.access=unrestricted",
        "management.endpoint.health.show-details=always"})
class ClusterEndpointWebTest {

    private static final HttpClient client = HttpClient.newHttpClient();
    private static final List<AuditEvent> audited = new CopyOnWriteArrayList<>();

    @LocalServerPort
    private int port;

    @Autowired
    private FakeCluster cluster;

    @Autowired
    private ManualScope scope;

    @BeforeEach
    void clear() {
        audited.clear();
        cluster.done.clear();
        cluster.broken = false;
    }

    @Test
    void shows_nodes_permits_and_singletons() throws Exception {
        String shown = get("ppool/cluster").body();
        assertThat(JsonPath.<List<String>>read(shown, "$.nodes[*].node")).containsExactly("a", "b");
        assertThat(JsonPath.<String>read(shown, "$.nodes[0].since")).isEqualTo("1970-01-01T00:00:01Z");
        assertThat(JsonPath.<Integer>read(shown, "$.permits[0].limit")).isEqualTo(3);
        assertThat(JsonPath.<Integer>read(shown, "$.permits[0].nodes[0].wanted")).isEqualTo(1);
        assertThat(JsonPath.<String>read(shown, "$.rates[0].rate")).isEqualTo("100/1m");
        assertThat(JsonPath.<Integer>read(shown, "$.rates[0].resting")).isEqualTo(10);
        assertThat(JsonPath.<Integer>read(shown, "$.rates[0].nodes[0].share")).isEqualTo(90);
        assertThat(JsonPath.<String>read(shown, "$.singletons[0].node")).isEqualTo("a");
        assertThat(JsonPath.<Integer>read(shown, "$.singletons[0].token")).isEqualTo(7);
        assertThat(JsonPath.<Boolean>read(shown, "$.broadcasts[0].open")).isTrue();
        assertThat(JsonPath.<List<String>>read(shown, "$.broadcasts[0].nodes[*].end"))
                .containsExactly("answered", "pending");
        assertThat(JsonPath.<String>read(shown, "$.broadcasts[0].nodes[0].failure")).isEqualTo("no such file");
    }

    @Test
    void runs_the_actions_and_audits_them() throws Exception {
        changes("{\"action\": \"hand_over\", \"singleton\": \"feed\"}");
        changes("{\"action\": \"drain\", \"node\": \"a\"}");
        changes("{\"action\": \"undrain\", \"node\": \"a\"}");
        assertThat(cluster.done).containsExactly("hand over feed", "drain a", "undrain a");
        assertThat(audited).extracting(AuditEvent::getType).containsOnly("PPOOL_CHANGED");
        assertThat(audited).extracting(AuditEvent::getData).isEqualTo(List.of(
                Map.of("pool", "cluster", "action", "hand_over", "singleton", "feed"),
                Map.of("pool", "cluster", "action", "drain", "node", "a"),
                Map.of("pool", "cluster", "action", "undrain", "node", "a")));
    }

    @Test
    void sends_a_broadcast_and_the_audit_has_only_the_length_of_its_payload() throws Exception {
        changes("{\"action\": \"broadcast\", \"on\": \"mail\", \"name\": \"reload\"}");
        changes("{\"action\": \"broadcast\", \"on\": \"mail\", \"name\": \"reload\","
                + " \"payload\": \"{\\\"key\\\": \\\"secret\\\"}\", \"within\": \"30s\"}");
        assertThat(cluster.done).containsExactly("broadcast reload on mail with null within null",
                "broadcast reload on mail with {\"key\": \"secret\"} within PT30S");
        assertThat(audited).extracting(AuditEvent::getData).isEqualTo(List.of(
                Map.of("pool", "cluster", "action", "broadcast", "on", "mail", "name", "reload"),
                Map.of("pool", "cluster", "action", "broadcast", "on", "mail", "name", "reload", "payload",
                        "17 characters", "within", "PT30S")));
    }

    @Test
    void refuses_a_broadcast_that_can_not_be_sent() throws Exception {
        answers(400, "{\"action\": \"broadcast\", \"name\": \"reload\"}", "broadcast must have a pool (on)");
        answers(400, "{\"action\": \"broadcast\", \"on\": \"mail\"}", "broadcast must have a name");
        answers(400, "{\"action\": \"broadcast\", \"on\": \"mail\", \"name\": \"reload\", \"payload\": \"x\"}",
                "payload can't be read");
        answers(400, "{\"action\": \"broadcast\", \"on\": \"mail\", \"name\": \"reload\", \"within\": \"soon\"}",
                "within");
        answers(404, "{\"action\": \"broadcast\", \"on\": \"web\", \"name\": \"reload\"}",
                "this node has no method for a broadcast of that name on that pool");
        assertThat(audited).isEmpty();
    }

    private void changes(String body) throws Exception {
        HttpResponse<String> answer = post("cluster", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"changed\":true");
    }

    @Test
    void refuses_what_the_cluster_does_not_have() throws Exception {
        answers(404, "{\"action\": \"hand_over\", \"singleton\": \"other\"}",
                "the cluster has no such singleton with a holder");
        answers(404, "{\"action\": \"drain\", \"node\": \"z\"}", "the cluster has no such node");
        answers(400, "{\"action\": \"hand_over\"}", "hand_over must have a singleton");
        answers(400, "{\"action\": \"drain\"}", "drain must have a node");
        answers(400, "{\"action\": \"suspend\"}",
                "action on the cluster must be hand_over, drain, undrain or broadcast, got: suspend");
        assertThat(post("feed", "{\"action\": \"drain\", \"node\": \"a\"}").statusCode()).isEqualTo(400);
        assertThat(audited).isEmpty();
    }

    @Test
    void says_that_the_store_does_not_answer_and_nothing_of_its_address() throws Exception {
        cluster.broken = true;
        assertThat(get("ppool/cluster").statusCode()).isEqualTo(503);
        assertThat(get("ppool/cluster").body())
                .contains("the store of the cluster does not answer: java.lang.IllegalStateException")
                .doesNotContain("secret");
        answers(503, "{\"action\": \"drain\", \"node\": \"a\"}", "the store of the cluster does not answer");
        assertThat(get("ppool").statusCode()).isEqualTo(200);
    }

    private void answers(int status, String body, String reason) throws Exception {
        HttpResponse<String> answer = post("cluster", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(reason);
    }

    @Test
    void a_tree_that_stands_by_is_shown_as_such_and_is_healthy() throws Exception {
        assertThat(JsonPath.<Map<String, Object>>read(get("ppool").body(), "$.trees[0]"))
                .containsEntry("name", "feed").containsEntry("alive", false).containsEntry("standby", true)
                .doesNotContainKey("pid");
        assertThat(health()).containsEntry("status", "UP").containsEntry("details", Map.of("supervisor", "standby"));
        scope.win("feed", "group");
        try {
            assertThat(JsonPath.<Map<String, Object>>read(get("ppool").body(), "$.trees[0]"))
                    .containsEntry("alive", true).doesNotContainKey("standby");
            assertThat(health().toString()).contains("running=1");
        } finally {
            scope.lose("feed", Duration.ofSeconds(20));
        }
        scope.trees().get("feed").rest(true);
        assertThat(health()).containsEntry("status", "DEGRADED")
                .containsEntry("details", Map.of("supervisor", "resting"));
        scope.trees().get("feed").rest(false);
    }

    private Map<String, Object> health() throws Exception {
        return JsonPath.read(get("health").body(), "$.components.ppoolPools.components.feed");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/" + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String name, String body) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/ppool/" + name))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    static final class FakeCluster implements ClusterOperations {
        final List<String> done = new CopyOnWriteArrayList<>();
        volatile boolean broken;

        @Override
        public Status status() {
            check();
            Instant since = Instant.ofEpochSecond(1);
            return new Status(
                    List.of(new Node("a", "1", since, since.plusSeconds(15), false, false, true),
                            new Node("b", "2", since, since.plusSeconds(15), true, true, false)),
                    List.of(new Permits("smtp", 3, 2, 0, 1, List.of(new Share("a", "1", 2, 1)))),
                    List.of(new RateShares("smtp", "100/1m", 90, 10,
                            List.of(new NodeShare("a", 90, 40, 0, since.plusSeconds(15))))),
                    List.of(new Singleton("feed", "a", "1", 7, since, false, List.of("b"))),
                    List.of(new Broadcast("77", "mail", "reload", since, true, List.of(
                            new Outcome("a", "1", "answered", 3, 1, 0, 0, "no such file"),
                            new Outcome("b", "2", "pending", 0, 0, 0, 0, null)))));
        }

        @Override
        public boolean broadcast(String pool, String name, String payload, Duration within) {
            if (payload != null && !payload.startsWith("{")) {
                throw new IllegalArgumentException("payload can't be read");
            }
            return done(pool.equals("mail"), "broadcast " + name + " on " + pool + " with " + payload + " within "
                    + within);
        }

        private void check() {
            if (broken) {
                throw new IllegalStateException("no route to jdbc:secret");
            }
        }

        private boolean done(boolean exists, String what) {
            check();
            return exists && done.add(what);
        }

        @Override
        public boolean handOver(String singleton) {
            return done(singleton.equals("feed"), "hand over " + singleton);
        }

        @Override
        public boolean drain(String node) {
            return done(node.equals("a"), "drain " + node);
        }

        @Override
        public boolean undrain(String node) {
            return done(node.equals("a"), "undrain " + node);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {
        @Bean
        FakeCluster fakeCluster() {
            return new FakeCluster();
        }

        @Bean
        ManualScope manualScope() {
            return new ManualScope();
        }

        @Bean
        @Supervised(scope = Scope.CLUSTER)
        Runnable feed() {
            return () -> {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            };
        }

        @EventListener
        void audit(AuditApplicationEvent event) {
            audited.add(event.getAuditEvent());
        }
    }
}
