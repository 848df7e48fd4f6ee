package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.spring.boot.SecretWorker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
        "management.endpoints.web.exposure.include=ppool,health,metrics",
        "management.endpoint.health.show-details=always",
        "ppool.pools.smtp.worker=secrets",
        "ppool.pools.smtp.size=2",
        "ppool.pools.smtp.max-overflow=1",
        "ppool.pools.smtp.restart.plan=wait"
})
class PoolEndpointWebTest {

    private static final HttpClient client = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @Autowired
    private Pools pools;

    @Autowired
    private PoolClient<SecretWorker> smtp;

    @Test
    void shows_all_pools() throws Exception {
        String body = get("/ppool", 200);
        assertThat(JsonPath.<String>read(body, "$.supervisor.pid")).matches("<\\d+>");
        assertThat(JsonPath.<Boolean>read(body, "$.supervisor.alive")).isTrue();
        assertThat(JsonPath.<List<String>>read(body, "$.pools[*].name")).contains("smtp");
        assertThat(JsonPath.<List<String>>read(body, "$.pools[?(@.name=='smtp')].phase")).containsExactly("running");
    }

    @Test
    void shows_one_pool_with_its_counts_and_its_queue() throws Exception {
        try (Lease<SecretWorker> lease = smtp.checkout()) {
            assertThat(lease.worker()).isNotNull();
            String body = get("/ppool/smtp", 200);
            assertThat(JsonPath.<Integer>read(body, "$.size")).isEqualTo(2);
            assertThat(JsonPath.<Integer>read(body, "$.maxOverflow")).isEqualTo(1);
            assertThat(JsonPath.<Integer>read(body, "$.workers.borrowed")).isEqualTo(1);
            assertThat(JsonPath.<Integer>read(body, "$.queue.depth")).isZero();
            assertThat(JsonPath.<Integer>read(body, "$.queue.capacity")).isEqualTo(1000);
        }
    }

    @Test
    void shows_the_children_of_a_pool_and_their_counts() throws Exception {
        await().until(() -> smtp.status().available() == 2 && smtp.status().workers() == 2); // no overflow that ends
        smtp.checkout().close();
        String children = get("/ppool/smtp/which_children", 200);
        String counts = get("/ppool/smtp/count_children", 200);
        int total = JsonPath.read(children, "$.total");
        assertThat(total).isGreaterThanOrEqualTo(2);
        assertThat(JsonPath.<List<String>>read(children, "$.children[*].id")).hasSize(total).contains("smtp/1");
        assertThat(JsonPath.<List<String>>read(children, "$.children[?(@.id=='smtp/1')].modules[*]"))
                .containsExactly(PoolEndpointWebTest.class.getName());
        assertThat(JsonPath.<List<String>>read(children, "$.children[?(@.id=='smtp/1')].doing"))
                .isSubsetOf("running", "waiting");
        assertThat(JsonPath.<List<String>>read(children, "$.children[*].type")).containsOnly("worker");
        assertThat(Instant.parse(JsonPath.<List<String>>read(children, "$.children[?(@.id=='smtp/1')].since").get(0)))
                .isBetween(Instant.now().minus(Duration.ofMinutes(10)), Instant.now());
        assertThat(JsonPath.<Integer>read(counts, "$.workers")).isEqualTo(total);
        assertThat(JsonPath.<Integer>read(counts, "$.supervisors")).isZero();
    }

    @Test
    void shows_children_page_by_page_until_there_is_no_next() throws Exception {
        smtp.checkout().close();
        String first = get("/ppool/smtp/which_children?limit=1", 200);
        assertThat(JsonPath.<List<?>>read(first, "$.children")).hasSize(1);
        String next = JsonPath.read(first, "$.next");
        String second = get("/ppool/smtp/which_children?limit=1&after=" + next, 200);
        assertThat(JsonPath.<List<String>>read(second, "$.children[*].id"))
                .hasSize(1)
                .isNotEqualTo(JsonPath.<List<String>>read(first, "$.children[*].id"));
        assertThat(get("/ppool/smtp/which_children", 200)).doesNotContain("\"next\"");
    }

    @Test
    void answers_404_with_a_reason_for_a_pool_that_does_not_exist() throws Exception {
        assertThat(get("/ppool/nobody", 404)).contains("there is no pool 'nobody'");
        assertThat(get("/ppool/nobody/which_children", 404)).contains("there is no pool 'nobody'");
    }

    @Test
    void answers_400_for_what_can_not_be_asked() throws Exception {
        assertThat(get("/ppool/smtp/which_workers", 400)).contains("view must be which_children or count_children");
        for (String limit : List.of("-1", "0", "1001", "99999999999")) {
            assertThat(get("/ppool/smtp/which_children?limit=" + limit, 400))
                    .contains("limit must be from 1 to 1000, got: " + limit);
        }
        for (String after : List.of("", "smtp/1", "1", "-1-5", "1-2-3", "1-9999999999999999999")) {
            assertThat(get("/ppool/smtp/which_children?after=" + after, 400))
                    .contains("after must be the next of an answer, such as 7-100, got: " + after);
        }
        assertThat(get("/ppool/smtp/which_children?limit=many", 400))
                .isEqualTo(
                        "{\"status\":400,\"error\":\"Bad Request\","
                                + "\"message\":\"limit must be a whole number, got: many\"}");
    }

    @Test
    void shows_nothing_of_a_worker_and_no_message_of_an_exception() throws Exception {
        PoolClient<SecretWorker> crashing = pools.startPool(PoolSpec.builder("crashing", SecretWorker::new)
                .size(1)
                .maxOverflow(0)
                .restart(RestartPolicy.of(RestartPlan.parse("[wait]")))
                .build());
        try {
            crashing.syncQueue(worker -> {
                throw new IOException("login failed with " + worker);
            });
            String pool = "";
            while (!pool.contains("IOException")) {
                pool = get("/ppool/crashing", 200);
            }
            String children = get("/ppool/crashing/which_children", 200);
            assertThat(children).contains("java.io.IOException");
            assertThat(pool + children + get("/ppool", 200) + get("/health", null))
                    .contains("crashing")
                    .doesNotContain(SecretWorker.SECRET);
        } finally {
            pools.stopPool("crashing", Duration.ZERO);
        }
    }

    @Test
    void shows_pools_that_are_started_and_stopped_at_run_time() throws Exception {
        pools.startPool(PoolSpec.builder("late", SecretWorker::new).size(1).build());
        assertThat(get("/ppool/late", 200)).contains("\"name\":\"late\"");
        assertThat(get("/metrics/ppool.overflow?tag=pool:late", 200)).contains("ppool.overflow");
        assertThat(get("/health/ppoolPools/late", 200)).contains("UP");
        pools.stopPool("late", Duration.ZERO);
        get("/ppool/late", 404);
        get("/metrics/ppool.overflow?tag=pool:late", 404);
        get("/health/ppoolPools/late", 404);
    }

    @Test
    void does_not_wait_for_busy_workers() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        smtp.asyncQueue(worker -> release.await());
        try {
            assertThat(get("/ppool/smtp/count_children", 200)).contains("\"active\"");
        } finally {
            release.countDown();
        }
    }

    @Test
    void changes_nothing_unless_the_operator_has_opened_it() throws Exception {
        assertThat(PoolControlWebTest.post(port, "smtp", "{\"action\": \"suspend\"}").statusCode())
                .isEqualTo(405);
        assertThat(get("/ppool/smtp", 200)).contains("\"phase\":\"running\"");
    }

    private String get(String path, Integer status) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator" + path)).build(),
                HttpResponse.BodyHandlers.ofString());
        if (status != null) {
            assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        }
        return response.body();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        WorkerFactory<SecretWorker> secrets() {
            return SecretWorker::new;
        }
    }
}
