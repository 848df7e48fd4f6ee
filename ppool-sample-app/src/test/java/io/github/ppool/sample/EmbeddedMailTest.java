package io.github.ppool.sample;

import static io.github.ppool.sample.Reminders.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import tools.jackson.databind.JsonNode;

/** The application as the README starts it, but with a small inbox. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "reminders.keep-mails=10")
class EmbeddedMailTest {

    private final Reminders reminders;

    EmbeddedMailTest(@LocalServerPort int port) {
        reminders = Reminders.at(port);
    }

    @Test
    void mails_arrive_in_the_inbox_the_newest_first() {
        int before = reminders.get("/inbox").get("total").asInt();
        long id = reminders.start(Map.of(
                "task", "Übung macht den Meister", "every", "1100ms", "times", 2, "to", "me@example.org"));
        patiently().until(() -> reminders.nagger(id).get("sent").asInt() == 2);

        JsonNode inbox = reminders.get("/inbox");

        assertThat(inbox.get("total").asInt()).isEqualTo(before + 2);
        JsonNode newest = inbox.get("mails").get(0);
        assertThat(newest.get("to").asString()).isEqualTo("me@example.org");
        assertThat(newest.get("subject").asString()).isEqualTo("Übung macht den Meister (2 of 2)");
        assertThat(newest.get("text").asString()).contains("Übung macht den Meister");
    }

    @Test
    void the_inbox_keeps_only_the_newest_mails_and_counts_all() {
        int before = reminders.get("/inbox").get("total").asInt();
        long id = reminders.start(Map.of("task", "count", "every", "100ms", "times", 14, "to", "me@example.org"));
        patiently().until(() -> reminders.nagger(id).get("sent").asInt() == 14);
        JsonNode inbox = reminders.get("/inbox");
        assertThat(inbox.get("total").asInt()).isEqualTo(before + 14);
        assertThat(inbox.get("mails").size()).isBetween(10, 13); // up to four conversations deliver at the same time
        assertThat(inbox.get("mails").findValuesAsString("subject")).contains("count (14 of 14)")
                .doesNotContain("count (1 of 14)");
    }

    @Test
    void the_embedded_server_can_drop_its_connections_to_show_what_becomes_of_them() {
        patiently().until(() -> reminders.workers("smtp", "idle"), idle -> idle == 2);
        List<String> before = reminders.pids("smtp");

        reminders.http().delete().uri("/inbox/connections").exchange().expectStatus().isNoContent();
        long id = reminders.start(Map.of("task", "go on", "every", "100ms", "times", 3, "to", "you@example.org"));

        patiently().untilAsserted(() -> {
            assertThat(reminders.nagger(id).get("sent").asInt()).isEqualTo(3);
            assertThat(reminders.pids("smtp")).hasSize(2).doesNotContainAnyElementsOf(before);
        });
    }

    @Test
    void without_python_there_is_no_pool_of_programs_and_an_answer_says_so() {
        assertThat(reminders.get("/phrases").get("python").asBoolean()).isFalse();
        EntityExchangeResult<JsonNode> answer = reminders.http().post().uri("/phrases")
                .contentType(MediaType.APPLICATION_JSON).body(Map.of("task", "eat")).exchange()
                .returnResult(JsonNode.class);
        assertThat(answer.getStatus()).isEqualTo(HttpStatus.NOT_FOUND);
        assertThat(Reminders.body(answer).get("detail").asString()).contains("python3");
    }

    @Test
    void the_page_is_there_and_needs_nothing_from_elsewhere() {
        String all = file("/") + file("/page.css") + file("/page.js");

        assertThat(all).contains("visibilitychange").doesNotContainPattern("(https?:)?//[a-z]");
    }

    @Test
    void the_page_leaves_pools_and_workers_to_the_observer() {
        assertThat(file("/")).contains("href=\"actuator/observer/page\" hidden", "Content-Security-Policy");
        assertThat(file("/page.js")).contains("_links?.observer").doesNotContain("actuator/ppool");
    }

    private String file(String path) {
        return reminders.http().get().uri(path).exchange().expectStatus().isOk().returnResult(String.class)
                .getResponseBody();
    }

    @Test
    void the_operator_sees_health_info_metrics_and_the_tree() {
        assertThat(reminders.get("/actuator").get("_links").propertyNames())
                .contains("health", "info", "metrics", "ppool", "observer");
        assertThat(reminders.get("/actuator/health").get("status").asString()).isEqualTo("UP");
        assertThat(reminders.get("/actuator/ppool").get("pools").findValuesAsString("name"))
                .containsExactly("nagger", "smtp");
    }
}
