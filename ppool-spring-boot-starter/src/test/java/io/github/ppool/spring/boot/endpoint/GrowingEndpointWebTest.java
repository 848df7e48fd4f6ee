package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.pool.WorkerFactory;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The warm-up, the broadcasts, the keys and the scheduled tasks of a pool in the endpoint and in the meters. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
        "management.endpoints.web.exposure.include=ppool", "ppool.pools.slow.worker=factory",
        "ppool.pools.slow.size=3", "ppool.pools.slow.warm-up=3h", "ppool.pools.plain.worker=factory",
        "ppool.pools.plain.size=2"})
class GrowingEndpointWebTest {

    private static final HttpClient client = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @Autowired
    private PoolClient<StringBuilder> plain;

    @Autowired
    private MeterRegistry meters;

    private String get(String path) throws Exception {
        URI uri = URI.create("http://localhost:" + port + "/actuator/ppool" + path);
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private double gauge(String name, String pool) {
        return meters.get(name).tag("pool", pool).gauge().value();
    }

    @Test
    void a_pool_that_warms_up_tells_how_many_workers_are_to_come() throws Exception {
        assertThat(JsonPath.<Integer>read(get("/slow"), "$.warmingUp")).isEqualTo(2);
        assertThat(JsonPath.<List<Integer>>read(get("/observe"), "$.pools[?(@.name == 'slow')].warmingUp"))
                .containsExactly(2);
        assertThat(gauge("ppool.warm.up", "slow")).isEqualTo(2);
        assertThat(JsonPath.<Map<String, Object>>read(get("/plain"), "$")).doesNotContainKeys("warmingUp", "backlog");
        assertThat(meters.find("ppool.warm.up").tag("pool", "plain").gauge()).isNull();
    }

    @Test
    void a_pool_tells_its_broadcasts_keys_and_scheduled_tasks() throws Exception {
        Task<?> later = plain.tasks(TaskOptions.key("customer-7")).schedule(Duration.ofHours(1), worker -> {});
        Lease<StringBuilder> lease = plain.checkout();
        var broadcast = plain.broadcast(worker -> {});
        await().until(() -> plain.backlog(0, 0).broadcastsLeft() == 1);
        Map<String, Object> seen = JsonPath.read(get("/plain"), "$.backlog");
        assertThat(seen).containsEntry("broadcasts", 1).containsEntry("broadcastsLeft", 1)
                .containsEntry("scheduled", 1).containsEntry("keys", 1);
        assertThat(JsonPath.<String>read(get("/plain"), "$.backlog.first[0].key")).isEqualTo("customer-7");
        String all = get("");
        assertThat(JsonPath.<List<Integer>>read(all, "$.pools[?(@.name == 'plain')].backlog.scheduled"))
                .containsExactly(1);
        assertThat(JsonPath.<List<List<?>>>read(all, "$.pools[?(@.name == 'plain')].backlog.first"))
                .as("numbers only").containsExactly(List.of());
        assertThat(JsonPath.<Integer>read(get("/observe?pool=plain"), "$.detail.backlog.broadcasts")).isEqualTo(1);
        assertThat(gauge("ppool.broadcasts", "plain")).isEqualTo(1);
        lease.close();
        broadcast.toCompletableFuture().join();
        later.cancel();
        assertThat(gauge("ppool.broadcasts", "plain")).isZero();
        assertThat(JsonPath.<Map<String, Object>>read(get("/plain"), "$")).doesNotContainKey("backlog");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {

        @Bean
        WorkerFactory<StringBuilder> factory() {
            return StringBuilder::new;
        }

        @Bean
        MeterRegistry meters() {
            return new SimpleMeterRegistry();
        }
    }
}
