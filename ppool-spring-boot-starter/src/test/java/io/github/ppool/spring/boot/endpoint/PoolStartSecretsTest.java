package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.pool.WorkerRestart;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.json.JsonWriter;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/** A request to start a pool learns no value of the environment, wherever it puts a placeholder. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
        "management.endpoints.web.exposure.include=ppool",
        "management.endpoint.ppool.access=unrestricted",
        "db.password=hunter-4711",
        "db.worker=secretBuilders",
        "db.size=3417",
        "db.wait=3417ms",
        // A setting of the application may use placeholders, and is not told either.
        "ppool.defaults.checkout-timeout=${db.wait}",
        "ppool.pools.configured.worker=${db.worker}",
        "ppool.pools.configured.size=0",
        "ppool.pools.configured.max-overflow=${db.size}",
        "ppool.pools.configured.restart.plan[0]=${db.wait}"
})
class PoolStartSecretsTest {

    /** Secrets that the environment alone knows; 3.417 is a duration in print. */
    private static final List<String> SECRETS = List.of("hunter-4711", "secretBuilders", "3417", "3.417");

    private static final List<AuditEvent> audited = new CopyOnWriteArrayList<>();
    private static final HttpClient client = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @Autowired
    private Pools pools;

    @AfterEach
    void stopAll() {
        pools.names().forEach(name -> pools.stopPool(name, Duration.ZERO));
        audited.clear();
    }

    static Stream<String> placeholders() {
        return Stream.of(
                "${db.password}", "#{environment['db.password']}", "x${db.nothing:${db.password}}y",
                "${${db.key:db.password}}",
                "#{${db.worker}}", "${db.size}", "${db.wait}", "${ppool.pools.configured.max-overflow}",
                "${DB_PASSWORD}${db.password");
    }

    /** Settings with the placeholder in each place where a request can put one. */
    private static List<String> settingsWith(String placeholder) {
        String quoted = "'" + placeholder.replace("'", "''") + "'";
        List<String> all = new ArrayList<>();
        all.add("worker: " + quoted);
        for (String value : List.of(
                "size", "max-overflow", "strategy", "queue-capacity", "checkout-timeout", "overflow-ttl",
                "max-lifetime", "lifetime-jitter", "max-uses", "max-idle", "validate-on-checkout",
                "validate-after-idle", "keep-alive", "creation-timeout", "validation-timeout", "task-timeout",
                "key-blocks", "sticky", "rate", "burst", "key-rate", "key-burst", "overrun-after", "shutdown",
                "platform-threads", "leak-detection", "refuse-while-suspended",
                "depends-on",
                "restart", "creation", "task-restart", "restart.plan", "restart.count", "restart.reset-after",
                "restart.type", "restart.intensity", "restart.period", "restart.survive-on", "restart.crash-on",
                "restart.on", "restart.on.killed", "creation.plan", "creation.count", "creation.parallelism",
                "creation.failure-limit", "creation.reset-after", "task-restart.plan", "task-restart.count",
                "task-restart.on", "task-restart.on.TimeoutException",
                "no-such-setting")) {
            all.add("worker: builders\n" + value + ": " + quoted);
        }
        all.add("worker: builders\n" + quoted + ": 1");
        all.add("worker: builders\nrestart:\n  " + quoted + ": 1");
        all.add("worker: builders\nrestart: {'on': {" + quoted + ": [5s]}}");
        all.add("worker: builders\nrestart: {'on': {killed: [5s, " + quoted + "]}}");
        all.add("worker: builders\nrestart: {plan: [{stop: " + quoted + "}]}");
        all.add("worker: builders\nrestart: {plan: ['{stop: " + placeholder.replace("'", "") + "}']}");
        all.add("worker: builders\nrestart: {plan: [restart, " + quoted + ", 5s]}");
        all.add("worker: builders\nrestart: {plan: 'backoff 1s.." + placeholder.replace("'", "") + "'}");
        all.add("worker: builders\nrestart: {plan: [5s], type: " + quoted + "}");
        all.add("worker: builders\nrestart: {survive-on: [java.lang.Exception, " + quoted + "]}");
        all.add("worker: builders\ndepends-on: [configured, " + quoted + "]");
        all.add("a: &a " + quoted + "\nworker: *a");
        all.add("worker: builders\n---\nsize: " + quoted);
        all.add(quoted);
        all.add("- " + quoted);
        all.add("worker: [" + quoted);
        all.add("!!java.lang.String " + quoted);
        all.add("worker: !!int " + quoted);
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"${db.password}", "#{'${db.worker}'}", "${db.size}", "${nothing:${db.wait}}"})
    void no_placeholder_in_settings_is_resolved(String placeholder) throws Exception {
        for (String settings : settingsWith(placeholder)) {
            tellsNothing("fresh", Map.of("action", "start", "settings", settings));
        }
    }

    @ParameterizedTest
    @MethodSource("placeholders")
    void no_placeholder_in_another_value_of_a_request_is_resolved(String placeholder) throws Exception {
        HttpResponse<String> response = tellsNothing("fresh", Map.of("action", "start", "worker", placeholder));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(JsonPath.<String>read(response.body(), "$.message"))
                .contains("there is no bean named '" + placeholder + "'");
        for (String value : List.of("size", "maxOverflow", "drain", "child", "plan", "settings")) {
            tellsNothing("fresh", Map.of("action", "start", "worker", "builders", value, placeholder));
        }
        tellsNothing("fresh", Map.of("action", placeholder));
        tellsNothing(placeholder, Map.of("action", "start", "worker", "builders"));
        tellsNothing("configured", Map.of("action", "resize", "size", placeholder));
        tellsNothing("configured", Map.of("action", "stop", "drain", placeholder));
        tellsNothing("configured", Map.of("action", "change_plan", "child", "configured/1", "plan", placeholder));
        tellsNothing("configured", Map.of("action", "restart_child", "child", placeholder));
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "configured.worker", "configured.max-overflow", "configured.restart.plan[0]", "configured", "db.password",
            "fresh.size", "configured.restart.plan"
    })
    void the_name_of_a_pool_does_not_lead_to_a_setting_of_the_application(String pool) throws Exception {
        tellsNothing(pool, Map.of("action", "start", "worker", "builders"));
        tellsNothing(pool, Map.of("action", "start", "settings", "{size: -1}"));
    }

    @Test
    void what_the_application_has_configured_for_the_pool_is_not_told_when_it_does_not_go_with_the_request()
            throws Exception {
        pools.stopPool("configured", Duration.ZERO);
        for (String settings : List.of(
                "size: 100000", "size: -1", "max-overflow: 2147483647\nsize: 1", "restart: {type: permanent}",
                "depends-on: configured", "restart: {on: {killed: [5s]}}", "restart: {plan: [retry]}",
                "size: 2147483647",
                "worker: nobody", "restart: {intensity: 4}", "sise: 1", "size: {a: 1}", "worker: {a: b}",
                "restart: {plan: {a: b}}", "restart: {plan: retry}", "task-restart: {count: 1}")) {
            HttpResponse<String> response = tellsNothing("configured",
                    Map.of("action", "start", "settings", settings));
            assertThat(response.statusCode()).as(settings + " -> " + response.body()).isEqualTo(400);
            assertThat(pools.names()).isEmpty();
        }
    }

    @Test
    void what_is_no_place_for_a_placeholder_but_takes_any_text_has_it_as_it_stands() throws Exception {
        HttpResponse<String> response = post("fresh", Map.of("action", "start", "settings",
                "worker: builders\nrestart: {plan: [{stop: '\"${db.password}\"'}], 'on': {'[${db.password}]': [5s]}}"));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(restartOf("fresh")).contains("${db.password}").doesNotContain(SECRETS);
        assertThat(audited).singleElement().satisfies(event -> assertThat(event.getData().toString())
                .contains("'[${db.password}]': [5s]"));
    }

    @Test
    void placeholders_of_the_application_are_resolved_also_for_a_pool_that_a_request_starts() throws Exception {
        pools.stopPool("configured", Duration.ZERO);
        assertThat(post("configured", Map.of("action", "start", "settings", "max-overflow: 1")).statusCode())
                .isEqualTo(200);
        PoolSpec<?> spec = pools.spec("configured").orElseThrow();
        assertThat(spec.maxOverflow()).isEqualTo(1);
        assertThat(spec.checkoutTimeout()).isEqualTo(Duration.ofMillis(3417));
        assertThat(restartOf("configured")).contains("3417ms");
    }

    /** Asks, and looks for secrets in the answer, in the audit and in the pool that was started. */
    private HttpResponse<String> tellsNothing(String pool, Map<String, String> request) throws Exception {
        audited.clear();
        HttpResponse<String> response = post(pool, request);
        assertThat(response.statusCode()).as(request + " -> " + response.body()).isBetween(200, 499);
        String asked = pool + request;
        for (String secret : SECRETS) {
            if (!asked.contains(secret)) {
                assertThat(response.body()).as(asked).doesNotContain(secret);
                assertThat(response.headers().map().toString()).as(asked).doesNotContain(secret);
                assertThat(audited).as(asked)
                        .allSatisfy(event -> assertThat(event.getData().toString()).doesNotContain(secret));
            }
        }
        pools.spec("fresh").ifPresent(spec -> {
            // The defaults of the application are in it, and no other value of the environment.
            assertThat(spec.size()).as(asked).isNotEqualTo(3417);
            assertThat(spec.maxOverflow()).as(asked).isNotEqualTo(3417);
            assertThat(spec.factory().getClass()).as(asked).isNotEqualTo(SecretBuilders.class);
            assertThat(spec.maxLifetime()).as(asked).isNotEqualTo(Duration.ofMillis(3417));
            assertThat(restartOf("fresh")).as(asked).doesNotContain(SECRETS);
            pools.stopPool("fresh", Duration.ZERO);
        });
        return response;
    }

    private String restartOf(String pool) {
        return pools.spec(pool).orElseThrow().restart() instanceof WorkerRestart.ByPlan byPlan
                ? byPlan.policy().plans().toString()
                : "";
    }

    private HttpResponse<String> post(String pool, Map<String, String> request) throws Exception {
        String path = URLEncoder.encode(pool, StandardCharsets.UTF_8).replace("+", "%20");
        return client.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/ppool/" + path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(JsonWriter.standard().writeToString(request)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** A class of its own, by which it is recognised. */
    static final class SecretBuilders implements WorkerFactory<StringBuilder> {
        @Override
        public StringBuilder create() {
            return new StringBuilder();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        WorkerFactory<StringBuilder> builders() {
            return StringBuilder::new;
        }

        @Bean
        SecretBuilders secretBuilders() {
            return new SecretBuilders();
        }

        @EventListener
        void audited(AuditApplicationEvent event) {
            audited.add(event.getAuditEvent());
        }
    }
}
