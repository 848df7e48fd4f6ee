package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.WorkerFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The rate and the overruns of a pool in the endpoint, for operators and for the observer's page. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
        "management.endpoints.web.exposure.include=ppool", "ppool.pools.smtp.worker=factory",
        "ppool.pools.smtp.rate=2/1h", "ppool.pools.smtp.overrun-after=20ms", "ppool.pools.plain.worker=factory"})
class RatesEndpointWebTest {

    private static final HttpClient client = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @Autowired
    private PoolClient<StringBuilder> smtp;

    private String get(String path) throws Exception {
        URI uri = URI.create("http://localhost:" + port + "/actuator/ppool/" + path);
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    @Test
    void a_pool_shows_its_rate_the_next_permit_and_its_overruns() throws Exception {
        get("observe"); // the journal begins
        try (Lease<StringBuilder> lease = smtp.checkout()) {
            smtp.transaction(worker -> worker.append("used"));
            assertThat(smtp.tryCheckout()).isEmpty();
            await().until(() -> !JsonPath.<List<?>>read(get("observe"), "$.journal[?(@.event == 'overrun')]")
                    .isEmpty());
            assertThat(lease.isOpen()).as("it goes on").isTrue();
        }
        String seen = get("observe");
        Map<String, Object> rate = JsonPath.<List<Map<String, Object>>>read(
                seen, "$.pools[?(@.name == 'smtp')].rate").getFirst();
        assertThat(rate).containsEntry("limit", "2/1h").containsEntry("used", 2);
        assertThat((Integer) rate.get("nextInMillis")).isBetween(3_000_000, 3_600_000);
        assertThat(rate.get("retryAfterMillis")).isEqualTo(rate.get("nextInMillis"));
        assertThat(JsonPath.<List<Integer>>read(seen, "$.pools[?(@.name == 'smtp')].overruns").getFirst())
                .isPositive();
        assertThat(JsonPath.<List<Map<String, Object>>>read(seen, "$.journal[?(@.event == 'overrun')]"))
                .allSatisfy(entry -> assertThat((String) entry.get("reason")).startsWith("borrowed for "))
                .allSatisfy(entry -> assertThat(entry).doesNotContainKey("stack"));
        Map<String, Object> plain = JsonPath.<List<Map<String, Object>>>read(
                seen, "$.pools[?(@.name == 'plain')]").getFirst();
        assertThat(plain).doesNotContainKeys("rate", "overruns");
        String pool = get("smtp");
        assertThat(JsonPath.<String>read(pool, "$.rate.limit")).isEqualTo("2/1h");
        assertThat(JsonPath.<Integer>read(pool, "$.overruns")).isPositive();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {

        @Bean
        WorkerFactory<StringBuilder> factory() {
            return StringBuilder::new;
        }
    }
}
