package io.github.ppool.spring.boot.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Configuration;

/** The answers about unhealthy pools to a load balancer, an orchestrator and a person. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
        "management.endpoint.health.show-details=always",
        "management.endpoint.health.probes.enabled=true",
        "ppool.intensity=0"
})
class PoolHealthWebTest {

    private static final HttpClient client = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @Autowired
    private Pools pools;

    @AfterEach
    void stop() {
        pools.admin().restartPool("p");
        pools.stopPool("p", Duration.ZERO);
    }

    @Test
    void a_degraded_pool_shows_in_the_overall_status_and_the_application_still_gets_its_requests() throws Exception {
        crash("[1h]");
        await().until(() -> pools.pool("p").orElseThrow().status().waitingToRestart() == 1);
        String body = get("", 200);
        assertThat(JsonPath.<String>read(body, "$.status")).isEqualTo("DEGRADED");
        assertThat(JsonPath.<String>read(body, "$.components.ppoolPools.status")).isEqualTo("DEGRADED");
        assertThat(JsonPath.<String>read(body, "$.components.ppoolPools.components.p.status")).isEqualTo("DEGRADED");
    }

    @Test
    void a_pool_that_has_given_up_takes_the_application_down_but_does_not_have_it_killed() throws Exception {
        crash("[stop]");
        await().until(() -> pools.pool("p").orElseThrow().status().phase() == PoolPhase.GAVE_UP);
        assertThat(JsonPath.<String>read(get("", 503), "$.components.ppoolPools.components.p.status"))
                .isEqualTo("DOWN");
        assertThat(get("/liveness", 200)).contains("UP").doesNotContain("ppool");
        assertThat(get("/readiness", 200)).contains("UP").doesNotContain("ppool");
    }

    private void crash(String plan) {
        PoolClient<Object> pool = pools.startPool(PoolSpec.builder("p", Object::new)
                .size(1)
                .restart(RestartPolicy.of(RestartPlan.parse(plan)))
                .build());
        pool.syncQueue(worker -> {
            throw new IllegalStateException("crash");
        });
    }

    private String get(String path, int status) throws Exception {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/health" + path)).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return response.body();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
    }
}
