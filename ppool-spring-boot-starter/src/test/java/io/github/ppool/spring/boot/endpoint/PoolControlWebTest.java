package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.Pools;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
        "management.endpoints.web.exposure.include=ppool", "management.endpoint.ppool.access=unrestricted"})
class PoolControlWebTest {

    private static final HttpClient client = HttpClient.newHttpClient();
    private static final List<AuditEvent> audited = new CopyOnWriteArrayList<>();

    @LocalServerPort
    private int port;

    @Autowired
    private Pools pools;

    @BeforeEach
    void start() {
        pools.startPool(PoolSpec.builder("p", Object::new).size(1).maxOverflow(2).build());
        audited.clear();
    }

    @AfterEach
    void stop() {
        pools.stopPool("p", Duration.ZERO);
    }

    @Test
    void suspends_and_resumes_a_pool() throws Exception {
        assertThat(post(port, "p", "{\"action\": \"suspend\"}").body()).contains("\"changed\":true");
        assertThat(status().phase()).isEqualTo(PoolPhase.SUSPENDED);
        post(port, "p", "{\"action\": \"resume\"}");
        assertThat(status().phase()).isEqualTo(PoolPhase.RUNNING);
        assertThat(audited)
                .extracting(AuditEvent::getType, AuditEvent::getData)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("PPOOL_CHANGED", Map.of("pool", "p", "action", "suspend")),
                        org.assertj.core.groups.Tuple.tuple("PPOOL_CHANGED", Map.of("pool", "p", "action", "resume")));
    }

    @Test
    void resizes_a_pool() throws Exception {
        assertThat(post(port, "p", "{\"action\": \"resize\", \"size\": 3}").statusCode()).isEqualTo(200);
        assertThat(status().size()).isEqualTo(3);
        assertThat(status().maxOverflow()).isEqualTo(2);
    }

    @Test
    void stops_a_pool() throws Exception {
        assertThat(post(port, "p", "{\"action\": \"stop\", \"drain\": \"2s\"}").statusCode()).isEqualTo(200);
        assertThat(pools.names()).isEmpty();
        assertThat(audited.get(0).getData()).containsEntry("drain", "PT2S");
    }

    @Test
    void says_when_nothing_was_to_be_done_and_does_not_audit_it() throws Exception {
        assertThat(post(port, "p", "{\"action\": \"resume\"}").body()).contains("\"changed\":false");
        assertThat(audited).isEmpty();
    }

    @Test
    void answers_404_for_a_pool_that_does_not_exist_and_400_for_what_can_not_be_done() throws Exception {
        assertThat(post(port, "nobody", "{\"action\": \"suspend\"}").statusCode()).isEqualTo(404);
        refuses("{\"action\": \"explode\"}", "action must be suspend, resume, restart, resize or stop, got: explode");
        refuses("{\"action\": \"resize\"}", "resize must have a size or a maxOverflow");
        refuses("{\"action\": \"resize\", \"size\": -1}", "size must not be negative, got: -1");
        assertThat(post(port, "p", "{}").statusCode()).isEqualTo(400);
        assertThat(status().size()).isEqualTo(1);
        assertThat(audited).isEmpty();
    }

    private void refuses(String body, String reason) throws IOException, InterruptedException {
        HttpResponse<String> response = post(port, "p", body);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains(reason);
    }

    private PoolStatus status() {
        return pools.pool("p").orElseThrow().status();
    }

    static HttpResponse<String> post(int port, String pool, String body) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/ppool/" + pool))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @EventListener
        void audited(AuditApplicationEvent event) {
            audited.add(event.getAuditEvent());
        }
    }
}
