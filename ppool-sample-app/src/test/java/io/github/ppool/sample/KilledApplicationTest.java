package io.github.ppool.sample;

import static io.github.ppool.sample.Reminders.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import tools.jackson.databind.JsonNode;

/**
 * The application in virtual machines of its own that are killed. The mail server lives on in the test's virtual
 * machine and has the truth: no accepted reminder is lost.
 */
@Timeout(240)
class KilledApplicationTest {

    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");
    private static final int KILLS = 3;
    /** A kill hits at most the mails in the four connections, and those that ended before the database knew it. */
    private static final int TWICE_AT_A_KILL = 8;

    @TempDir
    Path folder;

    private int starts;
    private Process application;

    @AfterEach
    void stop() throws InterruptedException {
        if (application != null) {
            application.destroyForcibly().waitFor();
        }
    }

    @Test
    void no_reminder_is_lost_and_those_sent_twice_have_one_id() throws Exception {
        try (MailboxServer mail = new MailboxServer()) {
            Set<String> accepted = new HashSet<>();
            for (int kill = 0; kill < KILLS; kill++) {
                Reminders reminders = start(mail);
                String tomorrow = "tomorrow " + kill;
                accept(reminders, tomorrow, "1d");
                for (int number = 0; number < 60; number++) {
                    accepted.add(accept(reminders, "soon " + kill + "." + number, "0s"));
                }
                accepted.add(accept(reminders, "in a moment " + kill, "3s"));
                int already = ids(mail).size();
                patiently().until(() -> ids(mail).size() > already);
                application.destroyForcibly().waitFor();
            }

            Reminders reminders = start(mail);
            patiently().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(ids(mail).keySet()).containsAll(accepted));
            patiently().untilAsserted(() -> assertThat(reminders.get("/reminders")).hasSize(KILLS));
            assertThat(ids(mail)).hasSameSizeAs(accepted);
            long twice = ids(mail).values().stream().mapToLong(times -> times - 1).sum();
            assertThat(twice).isLessThanOrEqualTo(KILLS * TWICE_AT_A_KILL);
            assertThat(mail.subjectsFor("me@example.org")).noneMatch(subject -> subject.startsWith("tomorrow"));

            JsonNode later = reminders.get("/reminders").get(0);
            assertThat(later.get("state").asString()).isEqualTo("delayed");
            post(reminders, "/actuator/ppool/durable/" + later.get("id").asLong(), Map.of("action", "run_now"));
            patiently().untilAsserted(() -> assertThat(mail.subjectsFor("me@example.org")).contains("tomorrow 0"));
        }
    }

    @Test
    void the_mails_of_naggers_survive_them() throws Exception {
        try (MailboxServer mail = new MailboxServer()) {
            Reminders reminders = start(mail);
            mail.proxy.down(true);
            long id = reminders.start(Map.of("task", "wait", "every", "100ms", "times", 5, "to", "me@example.org"));
            patiently().until(() -> reminders.state(id), "done"::equals);
            application.destroyForcibly().waitFor();
            mail.proxy.down(false);

            start(mail);
            patiently().untilAsserted(() -> assertThat(mail.subjectsFor("me@example.org")).containsExactlyInAnyOrder(
                    "wait (1 of 5)", "wait (2 of 5)", "wait (3 of 5)", "wait (4 of 5)", "wait (5 of 5)"));
        }
    }

    private static String accept(Reminders reminders, String task, String in) {
        JsonNode answer = post(reminders, "/reminders", Map.of("task", task, "in", in, "to", "me@example.org"));
        return "<" + answer.get("key").asString() + "@ppool.sample>";
    }

    private static JsonNode post(Reminders reminders, String path, Map<String, ?> body) {
        EntityExchangeResult<JsonNode> answer = reminders.http().post()
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .body(body)
                .exchange()
                .returnResult(JsonNode.class);
        assertThat(answer.getStatus()).as("%s", answer.getResponseBody()).isIn(HttpStatus.ACCEPTED, HttpStatus.OK);
        return Reminders.body(answer);
    }

    /** How often each mail has arrived, by its Message-ID. */
    private static Map<String, Long> ids(MailboxServer mail) {
        List<MimeMessage> all = mail.messagesFor("me@example.org");
        return all.stream().map(MailboxServer::id)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    private Reminders start(MailboxServer mail) throws IOException {
        Path log = folder.resolve("output-" + starts++);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                RemindersApplication.class.getName(), "--server.port=0",
                "--spring.mail.host=127.0.0.1", "--spring.mail.port=" + mail.proxy.port(),
                "--management.endpoint.ppool.access=unrestricted",
                "--spring.datasource.url=jdbc:h2:async:" + folder.resolve("database") + ";WRITE_DELAY=0"));
        application = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Process started = application;
        patiently().until(() -> PORT.matcher(Files.readString(log)).find() || !started.isAlive());
        Matcher port = PORT.matcher(Files.readString(log));
        assertThat(port.find()).as(Files.readString(log)).isTrue();
        return Reminders.at(Integer.parseInt(port.group(1)));
    }
}
