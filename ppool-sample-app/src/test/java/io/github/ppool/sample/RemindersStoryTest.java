package io.github.ppool.sample;

import static io.github.ppool.sample.Reminders.PATIENCE;
import static io.github.ppool.sample.Reminders.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.sample.SmtpProxy.Trouble;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpStatus;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import tools.jackson.databind.JsonNode;

/** The application as its users see it: over HTTP, and in their mailboxes on a server elsewhere. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
        "ppool.pools.nagger.queue-capacity=2", "ppool.pools.smtp.keep-alive=200ms"})
class RemindersStoryTest {

    private static final MailboxServer MAIL = mailServer();

    private final String me = UUID.randomUUID() + "@example.org";
    private final Reminders reminders;

    RemindersStoryTest(@LocalServerPort int port) {
        reminders = Reminders.at(port);
    }

    private static MailboxServer mailServer() {
        try {
            return new MailboxServer();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @DynamicPropertySource
    static void mailServer(DynamicPropertyRegistry settings) {
        settings.add("spring.mail.host", () -> "127.0.0.1");
        settings.add("spring.mail.port", MAIL.proxy::port);
    }

    @AfterAll
    static void stopMailServer() throws IOException {
        MAIL.close();
    }

    @BeforeEach
    void nobodyNagsAndBothConnectionsAreOpen() {
        MAIL.proxy.next(Trouble.NONE);
        reminders.deleteAll();
        patiently().untilAsserted(() -> {
            assertThat(reminders.activeChildren("nagger")).isZero();
            assertThat(reminders.workers("smtp", "idle")).isEqualTo(2);
        });
    }

    // ---- three ways to get a place

    @Test
    void each_reminder_arrives_as_a_mail_and_the_nagger_ends_by_itself() {
        long id = reminders.start(
                Map.of("task", "finish the chapter", "every", "100ms", "times", 3, "to", me, "mode", "run"));

        patiently().until(() -> reminders.state(id), "done"::equals);
        patiently().untilAsserted(() -> assertThat(MAIL.subjectsFor(me)).containsExactlyInAnyOrder(
                "finish the chapter (1 of 3)", "finish the chapter (2 of 3)", "finish the chapter (3 of 3)"));
        patiently().untilAsserted(() -> assertThat(reminders.nagger(id).get("sent").asInt()).isEqualTo(3));
        patiently().until(() -> reminders.activeChildren("nagger"), active -> active == 0);
    }

    @Test
    void the_third_run_is_refused_and_the_pool_says_why() {
        assertThat(reminders.activeChildren("nagger")).isZero();
        long first = reminders.occupy("run");
        long second = reminders.occupy("run");
        patiently().until(() -> reminders.workers("nagger", "working"), working -> working == 2);
        assertThat(reminders.activeChildren("nagger")).isEqualTo(2);
        assertThat(reminders.pids("nagger")).hasSize(2).doesNotHaveDuplicates();

        EntityExchangeResult<JsonNode> third = reminders
                .post(Map.of("task", "one too many", "every", "1s", "to", me, "mode", "run"));

        assertThat(third.getStatus()).isEqualTo(HttpStatus.TOO_MANY_REQUESTS);
        assertThat(third.getResponseHeaders().getContentType()).hasToString("application/problem+json");
        assertThat(Reminders.body(third).get("detail").asString())
                .contains("no place is free", "pool 'nagger'", "size 0, max-overflow 2", "2 working");

        reminders.delete(first);
        reminders.delete(second);
        patiently().until(() -> reminders.activeChildren("nagger"), active -> active == 0);
        assertThat(List.of(reminders.state(first), reminders.state(second))).containsOnly("stopped");
    }

    @Test
    void an_async_nagger_is_accepted_at_once_and_begins_when_a_place_is_free() {
        long first = reminders.occupy("run");
        reminders.occupy("run");
        long queued = reminders.occupy("async");

        assertThat(reminders.state(queued)).isEqualTo("queued");
        assertThat(reminders.queueDepth("nagger")).isEqualTo(1);
        assertThat(reminders.get("/actuator/metrics/ppool.queue.depth?tag=pool:nagger")
                .at("/measurements/0/value").asInt()).isEqualTo(1);
        assertThat(reminders.get("/actuator/metrics/ppool.overflow?tag=pool:nagger")
                .at("/measurements/0/value").asInt()).isEqualTo(2);

        reminders.delete(first);

        patiently().until(() -> reminders.state(queued), "running"::equals);
        assertThat(reminders.queueDepth("nagger")).isZero();
    }

    @Test
    void an_async_nagger_that_finds_the_queue_full_is_refused() {
        List.of("run", "run", "async", "async").forEach(reminders::occupy);

        EntityExchangeResult<JsonNode> answer = reminders
                .post(Map.of("task", "one too many", "every", "1s", "to", me, "mode", "async"));

        assertThat(answer.getStatus()).isEqualTo(HttpStatus.TOO_MANY_REQUESTS);
        assertThat(Reminders.body(answer).get("detail").asString()).contains("2 of 2 waiting");
    }

    @Test
    void a_sync_request_waits_until_its_nagger_has_begun() {
        long first = reminders.occupy("run");
        reminders.occupy("run");
        CompletableFuture<Long> waiting = CompletableFuture.supplyAsync(() -> reminders.occupy("sync"));
        patiently().until(() -> reminders.queueDepth("nagger"), depth -> depth == 1);
        assertThat(waiting).isNotDone();

        reminders.delete(first);

        assertThat(waiting).succeedsWithin(PATIENCE).extracting(reminders::state).isEqualTo("running");
    }

    @Test
    void a_nagger_is_stopped_while_it_waits_as_well_as_while_it_nags() {
        reminders.occupy("run");
        reminders.occupy("run");
        long queued = reminders.occupy("async");

        reminders.delete(queued);

        assertThat(reminders.state(queued)).isEqualTo("stopped");
        assertThat(reminders.queueDepth("nagger")).isZero();
    }

    @Test
    void to_stop_a_nagger_that_has_ended_changes_nothing() {
        long id = reminders.start(Map.of("task", "stretch", "every", "100ms", "times", 1, "to", me));
        patiently().until(() -> reminders.state(id), "done"::equals);

        reminders.delete(id);

        assertThat(reminders.state(id)).isEqualTo("done");
    }

    // ---- failures of a mail server

    @Test
    void connections_that_the_server_drops_come_back_and_no_reminder_is_lost() {
        List<String> before = reminders.pids("smtp");
        assertThat(before).hasSize(2);
        long id = reminders.start(Map.of("task", "drink", "every", "100ms", "times", 12, "to", me, "mode", "run"));
        patiently().until(() -> MAIL.subjectsFor(me).size() >= 3);

        MAIL.proxy.dropAll();

        patiently().untilAsserted(() -> assertThat(MAIL.subjectsFor(me))
                .containsAll(IntStream.rangeClosed(1, 12).mapToObj(n -> "drink (" + n + " of 12)").toList()));
        patiently().untilAsserted(() -> {
            assertThat(reminders.activeChildren("smtp")).isEqualTo(2);
            assertThat(reminders.pids("smtp")).hasSize(2).doesNotContainAnyElementsOf(before);
            assertThat(reminders.nagger(id).get("sent").asInt()).isEqualTo(12);
        });
        assertThat(reminders.nagger(id).get("lost").asInt()).isZero();
    }

    @Test
    void an_idle_connection_that_the_server_drops_comes_back_before_a_mail_needs_it() {
        List<String> before = reminders.pids("smtp");
        assertThat(before).hasSize(2);

        MAIL.proxy.dropAll();

        patiently().untilAsserted(() -> {
            assertThat(reminders.pids("smtp")).hasSize(2).doesNotContainAnyElementsOf(before);
            assertThat(reminders.workers("smtp", "idle")).isEqualTo(2);
            assertThat(MAIL.proxy.open()).isEqualTo(2);
        });
        JsonNode children = reminders.get("/actuator/ppool/smtp/which_children").get("children");
        assertThat(children).allSatisfy(child -> {
            assertThat(child.get("restarts").asInt()).isPositive();
            assertThat(child.get("lastExit").asString()).contains("IllegalStateException");
        });
    }

    @Test
    void a_mail_whose_connection_was_cut_is_sent_again() {
        MAIL.proxy.next(Trouble.CUT_BEFORE_TEXT);

        long id = reminders.start(Map.of("task", "eat", "every", "100ms", "times", 1, "to", me));

        patiently().untilAsserted(() -> assertThat(reminders.nagger(id).get("sent").asInt()).isEqualTo(1));
        assertThat(MAIL.subjectsFor(me)).containsExactly("eat (1 of 1)");
    }

    @Test
    void a_mail_whose_acknowledgement_was_cut_off_arrives_twice_with_the_same_id() {
        MAIL.proxy.next(Trouble.CUT_BEFORE_ACKNOWLEDGEMENT);

        long id = reminders.start(Map.of("task", "sleep", "every", "100ms", "times", 1, "to", me));

        patiently().untilAsserted(() -> assertThat(reminders.nagger(id).get("sent").asInt()).isEqualTo(1));
        assertThat(MAIL.messagesFor(me)).hasSize(2).extracting(MailboxServer::id).containsOnly(
                MailboxServer.id(MAIL.messagesFor(me).getFirst()));
    }

    @Test
    void a_mail_that_the_server_refuses_is_lost_in_the_open_and_costs_no_connection() {
        List<String> before = reminders.pids("smtp");
        MAIL.proxy.next(Trouble.REFUSE_RECIPIENT);

        long id = reminders.start(Map.of("task", "write to nobody", "every", "100ms", "times", 2, "to", me));

        patiently().untilAsserted(() -> {
            assertThat(reminders.nagger(id).get("lost").asInt()).isEqualTo(1);
            assertThat(reminders.nagger(id).get("sent").asInt()).isEqualTo(1);
        });
        assertThat(reminders.pids("smtp")).isEqualTo(before);
    }

    @Test
    void reminders_wait_while_the_mail_server_is_down() {
        MAIL.proxy.down(true);
        long id = reminders.start(Map.of("task", "wait", "every", "100ms", "times", 3, "to", me));
        patiently().until(() -> reminders.state(id), "done"::equals);
        int refused = MAIL.proxy.accepted();
        patiently().until(() -> MAIL.proxy.accepted() > refused);
        assertThat(MAIL.subjectsFor(me)).isEmpty();

        MAIL.proxy.down(false);

        patiently().untilAsserted(() -> assertThat(reminders.nagger(id).get("sent").asInt()).isEqualTo(3));
        assertThat(MAIL.subjectsFor(me))
                .containsExactlyInAnyOrder("wait (1 of 3)", "wait (2 of 3)", "wait (3 of 3)");
    }

    @Test
    void the_inbox_says_that_the_mails_go_elsewhere() {
        EntityExchangeResult<JsonNode> answer = reminders.http().get().uri("/inbox").exchange()
                .returnResult(JsonNode.class);

        assertThat(answer.getStatus()).isEqualTo(HttpStatus.NOT_FOUND);
        assertThat(Reminders.body(answer).get("detail").asString()).contains("127.0.0.1", "spring.mail.host");
    }
}
