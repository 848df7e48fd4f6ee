package io.github.ppool.sample;

import static io.github.ppool.sample.Reminders.PATIENCE;
import static io.github.ppool.sample.Reminders.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** An accepted mail is sent before the stop, or by the next run. */
@ExtendWith(OutputCaptureExtension.class)
class OrderlyStopTest {

    @TempDir
    Path folder;

    private ConfigurableApplicationContext start(MailboxServer mail, String... settings) {
        List<String> all = new ArrayList<>(List.of("--server.port=0", "--spring.mail.host=127.0.0.1",
                "--spring.mail.port=" + mail.proxy.port(),
                "--spring.datasource.url=jdbc:h2:async:" + folder.resolve("database")
                        + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE"));
        all.addAll(List.of(settings));
        return new SpringApplicationBuilder(RemindersApplication.class).run(all.toArray(String[]::new));
    }

    private static Reminders reminders(ConfigurableApplicationContext application) {
        return Reminders.at(application.getEnvironment().getRequiredProperty("local.server.port", Integer.class));
    }

    @Test
    void naggers_report_how_far_they_have_come_and_their_mails_are_sent_by_this_run_or_the_next(
            CapturedOutput output) throws Exception {
        try (MailboxServer mail = new MailboxServer()) {
            ConfigurableApplicationContext application = start(mail);
            Reminders reminders = reminders(application);

            // two nag, one is in the queue, a request waits to begin another; and the mail server is slow, so that
            // mails wait
            mail.proxy.hold();
            long nagging = reminders.start(Map.of("task", "nag", "every", "100ms", "to", "me@example.org"));
            reminders.occupy("run");
            reminders.occupy("async");
            CompletableFuture<Long> waiting = CompletableFuture.supplyAsync(() -> reminders.occupy("sync"));
            patiently().until(() -> reminders.queueDepth("nagger") == 2 && reminders.unsent() >= 6);

            CompletableFuture<Void> stopping = CompletableFuture.runAsync(application::close);
            patiently().until(() -> output.getAll().contains("'nag' is stopped after"));
            assertThat(stopping).isNotDone();
            mail.proxy.release();
            assertThat(stopping).succeedsWithin(PATIENCE);
            assertThat(waiting).succeedsWithin(PATIENCE);

            assertThat(output)
                    .containsPattern("nagger " + nagging + " 'nag' is stopped after \\d+ reminders")
                    .containsPattern("(?s)('occupy a place' is stopped after 0 reminders.*){3}")
                    .doesNotContain("was not sent");
            patiently().until(() -> mail.proxy.open() == 0); // its thread sees the end of a connection a moment later
            int nagged = Integer.parseInt(
                    output.getAll().replaceAll("(?s).*'nag' is stopped after (\\d+) rem.*", "$1"));
            List<String> all = IntStream.rangeClosed(1, nagged).mapToObj(n -> "nag (reminder " + n + ")").toList();
            try (ConfigurableApplicationContext next = start(mail)) {
                patiently().untilAsserted(() -> assertThat(mail.subjectsFor("me@example.org"))
                        .containsExactlyInAnyOrderElementsOf(all));
                assertThat(reminders(next).unsent()).isZero();
            }
        }
    }

    @Test
    void mails_that_could_not_be_sent_in_time_are_sent_by_the_next_run(CapturedOutput output) throws Exception {
        try (MailboxServer mail = new MailboxServer()) {
            ConfigurableApplicationContext application = start(mail,
                    "--spring.lifecycle.timeout-per-shutdown-phase=1s", "--ppool.pools.smtp.shutdown=500ms");
            Reminders reminders = reminders(application);
            mail.proxy.hold();
            long id = reminders.start(
                    Map.of("task", "too late", "every", "100ms", "times", 5, "to", "me@example.org"));
            patiently().until(() -> reminders.state(id), "done"::equals);

            application.close();

            assertThat(mail.subjectsFor("me@example.org")).isEmpty();
            mail.proxy.release();
            try (ConfigurableApplicationContext next = start(mail)) {
                assertThat(next.isRunning()).isTrue();
                patiently().untilAsserted(() -> assertThat(mail.subjectsFor("me@example.org"))
                        .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, 5)
                                .mapToObj(n -> "too late (" + n + " of 5)")
                                .toList()));
            }
            assertThat(output).doesNotContain("was not sent");
        }
    }
}
