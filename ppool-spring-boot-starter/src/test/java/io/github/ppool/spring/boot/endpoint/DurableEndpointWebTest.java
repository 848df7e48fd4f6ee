package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.spring.boot.DurableOperations;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
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

/** The part of the endpoint that is about durable tasks. */
class DurableEndpointWebTest {

    private static final HttpClient client = HttpClient.newHttpClient();
    private static final List<AuditEvent> audited = new CopyOnWriteArrayList<>();
    private static final Instant TIME = Instant.parse("2026-11-29T22:10:00Z");

    /** The requests that both kinds of applications get. */
    abstract static class Requests {

        @LocalServerPort
        private int port;

        @Autowired
        FakeTasks tasks;

        @BeforeEach
        void clear() {
            audited.clear();
            tasks.done.clear();
            tasks.broken = false;
        }

        HttpResponse<String> get(String path) throws IOException, InterruptedException {
            return client.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
        }

        HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
            return client.send(
                    HttpRequest.newBuilder(uri(path))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }

        private URI uri(String path) {
            return URI.create("http://localhost:" + port + "/actuator/ppool" + (path.isEmpty() ? "" : "/" + path));
        }

        void shows(String path, String field, Object value) throws Exception {
            HttpResponse<String> answer = get(path);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(JsonPath.<Object>read(answer.body(), field)).isEqualTo(value);
        }

        void refuses(String path, int status, String reason) throws Exception {
            HttpResponse<String> answer = get(path);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
            assertThat(JsonPath.<String>read(answer.body(), "$.message")).isEqualTo(reason);
        }

        void refuses(String path, String body, int status, String reason) throws Exception {
            HttpResponse<String> answer = post(path, body);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
            assertThat(JsonPath.<String>read(answer.body(), "$.message")).isEqualTo(reason);
            assertThat(audited).isEmpty();
            assertThat(tasks.done).isEmpty();
        }
    }

    /** An application that has opened the endpoint. */
    @Nested
    @SpringBootTest(classes = App.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
            "management.endpoints.web.exposure.include=ppool", "management.endpoint.ppool.access=unrestricted",
            "management.endpoint.ppool.show-values=always"})
    class Opened extends Requests {

        @Test
        void shows_the_figures_of_the_pools() throws Exception {
            shows("durable", "$.pools[0].pool", "smtp");
            shows("durable", "$.pools[0].ready", 3);
            shows("durable", "$.pools[0].laidDown", 1);
            shows("durable", "$.pools[0].oldestReadyMillis", 1500);
            shows("durable", "$.countedUpTo", 10_000);
            assertThat(get("durable").body()).doesNotContain("oldestLaidDownMillis");
        }

        @Test
        void shows_one_task_with_its_values() throws Exception {
            shows("durable/7", "$.name", "send-mail");
            shows("durable/7", "$.state", "laid_down");
            shows("durable/7", "$.reason", "AddressException");
            shows("durable/7", "$.failure", "no such user: me@example.org");
            shows("durable/7", "$.payload", "{\"to\":\"me@example.org\"}");
            refuses("durable/8", 404, "there is no unfinished task 8");
            refuses("durable/seven", 400,
                    "view of durable tasks must be tasks, history or the id of a task, got: seven");
        }

        @Test
        void shows_pages_of_a_selection() throws Exception {
            shows("durable/tasks?pool=smtp&name=send-mail&state=laid_down&key=k&partition=p&reason=r"
                    + "&enqueuedBefore=2026-11-29T22:10:00Z&limit=2&after=5", "$.tasks[*].id", List.of(6, 7));
            assertThat(tasks.done).containsExactly("tasks Filter[pool=smtp, name=send-mail, state=LAID_DOWN, key=k,"
                    + " partition=p, reason=r, enqueuedBefore=2026-11-29T22:10:00Z] after 5 limit 2");
            shows("durable/tasks?limit=2&after=5", "$.next", "7");
            assertThat(get("durable/tasks?limit=3&after=5").body()).doesNotContain("next");
            shows("durable/history?limit=1", "$.next", "4");
            shows("durable/history", "$.tasks[0].outcome", "succeeded");
            assertThat(tasks.done).last().asString().endsWith("before 9223372036854775807 limit 100");
        }

        @Test
        void refuses_parameters_that_it_can_not_read() throws Exception {
            refuses("durable/tasks?limit=0", 400, "limit must be from 1 to 1000, got: 0");
            refuses("durable/tasks?limit=1001", 400, "limit must be from 1 to 1000, got: 1001");
            refuses("durable/tasks?after=x", 400, "after must be the next of an answer, such as 100, got: x");
            refuses("durable/tasks?state=dead", 400,
                    "state must be ready, claimed, laid_down or delayed, got: dead");
            refuses("durable/tasks?enqueuedBefore=today", 400,
                    "enqueuedBefore must be a time such as 2026-11-29T22:10:00Z, got: today");
            refuses("durable/tasks?key=" + "k".repeat(201), 400, "key must have 1 to 200 characters, got: 201");
            refuses("durable/tasks?pool=", 400, "pool must have 1 to 200 characters, got: 0");
            assertThat(tasks.done).isEmpty();
        }

        @Test
        void changes_one_task_and_audits_it() throws Exception {
            HttpResponse<String> answer = post("durable/7", "{\"action\": \"redrive\"}");
            assertThat(answer.body()).isEqualTo("{\"action\":\"redrive\",\"id\":7,\"changed\":true,\"tasks\":1}");
            assertThat(tasks.done).containsExactly("REDRIVE 7");
            assertThat(audited).extracting(AuditEvent::getType).containsExactly("PPOOL_CHANGED");
            assertThat(audited).extracting(AuditEvent::getData)
                    .containsExactly(Map.of("durable", "7", "action", "redrive", "tasks", "1"));
        }

        @Test
        void changes_a_selection_and_audits_it() throws Exception {
            HttpResponse<String> answer = post("durable/tasks",
                    "{\"action\": \"drop\", \"pool\": \"smtp\", \"reason\": \"node-lost\"}");
            assertThat(answer.body()).isEqualTo("{\"action\":\"drop\",\"changed\":true,\"tasks\":12}");
            assertThat(tasks.done).containsExactly("DROP Filter[pool=smtp, name=null, state=null, key=null,"
                    + " partition=null, reason=node-lost, enqueuedBefore=null]");
            assertThat(audited).extracting(AuditEvent::getData).containsExactly(Map.of("durable", "tasks", "action",
                    "drop", "pool", "smtp", "reason", "node-lost", "tasks", "12"));
        }

        @Test
        void changes_all_tasks_only_if_asked_for_all() throws Exception {
            refuses("durable/tasks", "{\"action\": \"cancel\"}", 400,
                    "cancel must have a condition, or all: true for all tasks");
            refuses("durable/tasks", "{\"action\": \"cancel\", \"all\": \"false\"}", 400,
                    "cancel must have a condition, or all: true for all tasks");
            refuses("durable/tasks", "{\"action\": \"cancel\", \"all\": \"yes\"}", 400,
                    "all must be true or false, got: yes");
            refuses("durable/tasks", "{\"action\": \"cancel\", \"all\": \"true\", \"pool\": \"smtp\"}", 400,
                    "all must not stand beside a condition, got: true");
            assertThat(post("durable/tasks", "{\"action\": \"cancel\", \"all\": \"true\"}").statusCode())
                    .isEqualTo(200);
            assertThat(tasks.done).containsExactly("CANCEL " + DurableOperations.Filter.ALL);
        }

        @Test
        void refuses_wrong_changes() throws Exception {
            refuses("durable/tasks", "{\"action\": \"stop\", \"pool\": \"smtp\"}", 400,
                    "action on durable tasks must be redrive, run_now, drop or cancel, got: stop");
            refuses("durable/7", "{\"action\": \"run_now\"}", 400,
                    "run_now must be for a task that is delayed, got: laid_down");
            refuses("durable/8", "{\"action\": \"redrive\"}", 404, "there is no unfinished task 8");
            refuses("durable/7", "{\"action\": \"redrive\", \"pool\": \"smtp\"}", 400,
                    "a change of one task must have no condition beside its id, got: 7");
            refuses("durable/tasks", "{\"action\": \"drop\", \"state\": \"claimed\"}", 400,
                    "state must be ready, laid_down or delayed for drop, got: claimed");
            refuses("durable/history", "{\"action\": \"drop\", \"pool\": \"smtp\"}", 400,
                    "view of durable tasks must be tasks, history or the id of a task, got: history");
            refuses("smtp/7", "{\"action\": \"drop\"}", 404, "there is no pool 'smtp'");
            refuses("durable", "{\"action\": \"suspend\"}", 404,
                    "durable tasks are changed at durable/tasks, and one of them at durable/ and its id");
        }

        @Test
        void says_that_the_database_does_not_answer_and_nothing_of_its_address() throws Exception {
            tasks.broken = true;
            String reason = "the database of the durable tasks does not answer: java.lang.IllegalStateException";
            refuses("durable", 503, reason);
            refuses("durable/tasks", 503, reason);
            refuses("durable/7", 503, reason);
            refuses("durable/7", "{\"action\": \"drop\"}", 503, reason);
            assertThat(get("").statusCode()).isEqualTo(200);
        }
    }

    /** An application with the defaults of the endpoint. */
    @Nested
    @SpringBootTest(classes = App.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
            "management.endpoints.web.exposure.include=ppool"})
    class Default extends Requests {

        @Test
        void shows_no_payload_and_no_text_of_a_failure() throws Exception {
            shows("durable/7", "$.reason", "AddressException");
            assertThat(get("durable/7").body()).doesNotContain("example.org").doesNotContain("page 4");
            assertThat(get("durable/tasks").body()).doesNotContain("example.org").doesNotContain("page 4");
        }

        @Test
        void changes_nothing() throws Exception {
            assertThat(post("durable/7", "{\"action\": \"redrive\"}").statusCode()).isEqualTo(405);
            assertThat(tasks.done).isEmpty();
        }
    }

    static final class FakeTasks implements DurableOperations {
        final List<String> done = new CopyOnWriteArrayList<>();
        volatile boolean broken;

        private static Task sample(long id) {
            return new Task(id, "smtp", "send-mail", 2, State.LAID_DOWN, 0, "k", null, TIME, TIME, 9, null, null,
                    "AddressException", "no such user: me@example.org", 40, "page 4 of 10", false,
                    "{\"to\":\"me@example.org\"}");
        }

        private void check() {
            if (broken) {
                throw new IllegalStateException("no route to jdbc:secret");
            }
        }

        @Override
        public Summary summary() {
            check();
            return new Summary(List.of(new Backlog("smtp", 3, 2, 0, 1, Duration.ofMillis(1500), null)), 10_000);
        }

        @Override
        public Optional<Task> task(long id) {
            check();
            return id == 7 ? Optional.of(sample(id)) : Optional.empty();
        }

        @Override
        public List<Task> tasks(Filter filter, long after, int limit) {
            check();
            done.add("tasks " + filter + " after " + after + " limit " + limit);
            return List.of(sample(6), sample(7));
        }

        @Override
        public List<Ended> history(Filter filter, long before, int limit) {
            check();
            done.add("history " + filter + " before " + before + " limit " + limit);
            return List.of(new Ended(4, "smtp", "send-mail", 2, null, TIME, TIME, 1, "succeeded", null));
        }

        @Override
        public boolean change(Change change, long id) {
            check();
            return id == 7 && change != Change.RUN_NOW && done.add(change + " " + id);
        }

        @Override
        public long change(Change change, Filter filter) {
            check();
            done.add(change + " " + filter);
            return 12;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {
        @Bean
        FakeTasks fakeTasks() {
            return new FakeTasks();
        }

        @EventListener
        void audit(AuditApplicationEvent event) {
            audited.add(event.getAuditEvent());
        }
    }
}
