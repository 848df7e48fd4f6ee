package io.github.ppool.spring.boot.endpoint;

import static io.github.ppool.spring.boot.endpoint.PoolControlWebTest.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.process.ExitReason;
import io.github.ppool.supervisor.SupervisorSpec;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
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

/** Pools that an operator starts. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
        "management.endpoints.web.exposure.include=ppool",
        "management.endpoint.ppool.access=unrestricted",
        "ppool.pools.configured.worker=builders",
        "ppool.pools.configured.size=3"
})
class PoolStartWebTest {

    private static final List<AuditEvent> audited = new CopyOnWriteArrayList<>();

    @LocalServerPort
    private int port;

    @Autowired
    private Pools pools;

    @Autowired
    private PoolClient<StringBuilder> configured;

    @BeforeEach
    void stopAll() {
        pools.names().forEach(name -> pools.stopPool(name, Duration.ZERO));
        audited.clear();
    }

    @Test
    void starts_a_new_pool_by_its_worker_and_its_sizes() throws Exception {
        HttpResponse<String> response = post(port, "fresh",
                "{\"action\": \"start\", \"worker\": \"builders\", \"size\": 2, \"maxOverflow\": 1}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"pool\":\"fresh\",\"action\":\"start\",\"changed\":true}");
        assertThat(pools.spec("fresh").orElseThrow().maxOverflow()).isEqualTo(1);
        assertThat(audited).extracting(AuditEvent::getData).containsExactly(
                Map.of("pool", "fresh", "action", "start", "worker", "builders", "size", "2", "maxOverflow", "1"));
    }

    @Test
    void starts_a_new_pool_from_settings_as_they_stand_in_yaml() throws Exception {
        HttpResponse<String> response = post(port, "fresh",
                "{\"action\": \"start\", \"settings\": \"{worker: builders, size: 1, queue-capacity: 9,"
                        + " restart: {plan: [restart, 5s]}}\"}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(pools.spec("fresh").orElseThrow().queueCapacity()).isEqualTo(9);
    }

    @Test
    void starts_a_pool_whose_workers_no_exception_crashes() throws Exception {
        HttpResponse<String> response = post(port, "fresh",
                "{\"action\": \"start\", \"settings\": \"{worker: builders, restart: {crash-on: []}}\"}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(pools.spec("fresh").orElseThrow().crashOn()).rejects(new IOException());
    }

    @Test
    void starts_a_configured_pool_that_was_stopped() throws Exception {
        assertThat(post(port, "configured", "{\"action\": \"start\"}").statusCode()).isEqualTo(200);
        assertThat(configured.status().size()).isEqualTo(3);
        assertThat(post(port, "configured", "{\"action\": \"stop\"}").statusCode()).isEqualTo(200);
        assertThat(post(port, "configured", "{\"action\": \"start\"}").statusCode()).isEqualTo(200);
    }

    @Test
    void starts_a_pool_again_that_has_given_up() throws Exception {
        post(port, "configured", "{\"action\": \"start\"}");
        assertThat(post(port, "configured", "{\"action\": \"restart\"}").body()).contains("\"changed\":false");
        pools.system().exit(pools.supervisor(), ExitReason.KILL);
        await().until(() -> configured.status().phase() == PoolPhase.GAVE_UP);
        assertThat(post(port, "configured", "{\"action\": \"restart\"}").body()).contains("\"changed\":true");
        assertThat(configured.status().phase()).isEqualTo(PoolPhase.RUNNING);
        configured.transaction(worker -> worker.append("works"));
    }

    @Test
    void answers_404_when_nothing_is_known_of_the_pool_and_nothing_is_said() throws Exception {
        HttpResponse<String> response = post(port, "nobody", "{\"action\": \"start\"}");
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("no pool 'nobody' is configured: say at least its worker");
    }

    @Test
    void answers_400_with_the_reason_for_what_can_not_be_started() throws Exception {
        refuses("fresh", "{\"action\": \"start\", \"worker\": \"nobody\"}", "there is no bean named 'nobody'");
        refuses("fresh", "{\"action\": \"start\", \"worker\": \"builders\", \"size\": -1}",
                "size must not be negative, got: -1");
        refuses("fresh", "{\"action\": \"start\", \"settings\": \"worker builders\"}", "settings must be YAML");
        refuses("fresh", "{\"action\": \"start\", \"settings\": \"{worker: [\"}", "settings must be YAML");
        refuses("fresh", "{\"action\": \"start\", \"size\": 1, \"settings\": \"{worker: builders, size: 2}\"}",
                "size must be said once");
        refuses("fresh", "{\"action\": \"start\", \"settings\": \"{worker: builders, sise: 2}\"}",
                "there is no such setting");
        refuses("tree", "{\"action\": \"start\", \"worker\": \"builders\"}",
                "there is a supervision tree 'tree' already");
        post(port, "configured", "{\"action\": \"start\"}");
        audited.clear();
        refuses("configured", "{\"action\": \"start\"}", "there is a pool 'configured' already");
        assertThat(pools.names()).containsExactly("configured");
        assertThat(audited).isEmpty();
    }

    private void refuses(String pool, String body, String reason) throws Exception {
        HttpResponse<String> response = post(port, pool, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(response.body()).contains(reason);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        WorkerFactory<StringBuilder> builders() {
            return StringBuilder::new;
        }

        @Bean
        SupervisorSpec tree() {
            return SupervisorSpec.oneForOne("tree");
        }

        @EventListener
        void audited(AuditApplicationEvent event) {
            audited.add(event.getAuditEvent());
        }
    }
}
