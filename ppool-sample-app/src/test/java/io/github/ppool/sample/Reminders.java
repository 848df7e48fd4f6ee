package io.github.ppool.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

/** The application, as a client sees it that has its address only. */
record Reminders(RestTestClient http) {

    static final String FOR_EVER = "1h";

    static final Duration PATIENCE = Duration.ofSeconds(50);

    /**
     * Waits for states. It ignores exceptions of GreenMail's threads, which throw when their connection is cut.
     */
    static ConditionFactory patiently() {
        return Awaitility.await().dontCatchUncaughtExceptions().atMost(PATIENCE);
    }

    static Reminders at(int port) {
        return new Reminders(
                RestTestClient.bindToServer().baseUrl("http://localhost:" + port).build());
    }

    EntityExchangeResult<JsonNode> post(Map<String, ?> body) {
        return http.post()
                .uri("/naggers")
                .contentType(MediaType.APPLICATION_JSON)
                .body(body)
                .exchange()
                .returnResult(JsonNode.class);
    }

    /** Starts a nagger that does not nag during the test, and answers its number. */
    long occupy(String mode) {
        return start(Map.of("task", "occupy a place", "every", FOR_EVER, "to", "nobody@example.org", "mode", mode));
    }

    long start(Map<String, ?> body) {
        EntityExchangeResult<JsonNode> answer = post(body);
        assertThat(answer.getStatus()).isIn(HttpStatus.CREATED, HttpStatus.ACCEPTED);
        JsonNode nagger = body(answer);
        assertThat(answer.getResponseHeaders().getLocation()).hasPath("/naggers/" + nagger.get("id").asLong());
        return nagger.get("id").asLong();
    }

    JsonNode nagger(long id) {
        return get("/naggers/" + id);
    }

    String state(long id) {
        return nagger(id).get("state").asString();
    }

    void delete(long id) {
        http.delete().uri("/naggers/" + id).exchange().expectStatus().isNoContent();
    }

    void deleteAll() {
        get("/naggers").forEach(nagger -> delete(nagger.get("id").asLong()));
    }

    JsonNode pool(String name) {
        return get("/actuator/ppool/" + name);
    }

    int workers(String pool, String state) {
        return pool(pool).get("workers").get(state).asInt();
    }

    int queueDepth(String pool) {
        return pool(pool).get("queue").get("depth").asInt();
    }

    /** The number of mails that are in the database: accepted, and not sent yet. */
    int unsent() {
        int unsent = 0;
        for (JsonNode pool : get("/actuator/ppool/durable").get("pools")) {
            unsent += pool.get("ready").asInt() + pool.get("claimed").asInt() + pool.get("delayed").asInt();
        }
        return unsent;
    }

    /** The processes of which_children, those missing that are not running. */
    List<String> pids(String pool) {
        List<String> pids = new ArrayList<>();
        get("/actuator/ppool/" + pool + "/which_children").get("children").forEach(child -> {
            if (child.get("child").asString().startsWith("<")) {
                pids.add(child.get("child").asString());
            }
        });
        return pids;
    }

    int activeChildren(String pool) {
        return get("/actuator/ppool/" + pool + "/count_children").get("active").asInt();
    }

    JsonNode get(String path) {
        return body(http.get().uri(path).exchange().expectStatus().isOk().returnResult(JsonNode.class));
    }

    static JsonNode body(EntityExchangeResult<JsonNode> answer) {
        return Objects.requireNonNull(answer.getResponseBody());
    }
}
