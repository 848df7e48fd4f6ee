package io.github.ppool.sample;

import static io.github.ppool.sample.Reminders.PATIENCE;
import static io.github.ppool.sample.Reminders.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.Pools;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

@ExtendWith(OutputCaptureExtension.class)
class OrderlyStopTest {

    @Test
    void what_was_accepted_is_finished_or_reported_when_the_application_stops(CapturedOutput output) throws Exception {
        try (MailboxServer mail = new MailboxServer()) {
            ConfigurableApplicationContext application = new SpringApplicationBuilder(RemindersApplication.class)
                    .run("--server.port=0", "--spring.mail.host=127.0.0.1", "--spring.mail.port=" + mail.proxy.port());
            Reminders reminders = Reminders.at(
                    application.getEnvironment().getRequiredProperty("local.server.port", Integer.class));
            PoolClient<?> smtp = application.getBean(Pools.class).pool("smtp").orElseThrow();

            // two nag, one is in the queue, a request waits to begin another; and the mail server is slow, so that
            // mails wait
            mail.proxy.hold();
            long nagging = reminders.start(Map.of("task", "nag", "every", "100ms", "to", "me@example.org"));
            reminders.occupy("run");
            reminders.occupy("async");
            CompletableFuture<Long> waiting = CompletableFuture.supplyAsync(() -> reminders.occupy("sync"));
            patiently().until(() -> reminders.queueDepth("nagger") == 2 && reminders.queueDepth("smtp") >= 2);

            CompletableFuture<Void> stopping = CompletableFuture.runAsync(application::close);
            patiently().until(() -> smtp.status().phase() == PoolPhase.DRAINING);
            assertThat(stopping).isNotDone();
            mail.proxy.release();
            assertThat(stopping).succeedsWithin(PATIENCE);
            assertThat(waiting).succeedsWithin(PATIENCE);

            assertThat(output)
                    .containsPattern("nagger " + nagging + " 'nag' is stopped after \\d+ reminders")
                    .containsPattern("(?s)('occupy a place' is stopped after 0 reminders.*){3}")
                    .doesNotContain("was not sent");
            int nagged = Integer.parseInt(
                    output.getAll().replaceAll("(?s).*'nag' is stopped after (\\d+) rem.*", "$1"));
            List<String> all = IntStream.rangeClosed(1, nagged).mapToObj(n -> "nag (reminder " + n + ")").toList();
            assertThat(mail.subjectsFor("me@example.org")).containsExactlyInAnyOrderElementsOf(all);
            assertThat(mail.proxy.open()).isZero();
        }
    }

    @Test
    void mails_that_could_not_be_sent_in_time_are_reported(CapturedOutput output) throws Exception {
        try (MailboxServer mail = new MailboxServer()) {
            ConfigurableApplicationContext application = new SpringApplicationBuilder(RemindersApplication.class)
                    .run("--server.port=0", "--spring.mail.host=127.0.0.1", "--spring.mail.port=" + mail.proxy.port(),
                            "--spring.lifecycle.timeout-per-shutdown-phase=1s", "--ppool.pools.smtp.shutdown=500ms");
            Reminders reminders = Reminders.at(
                    application.getEnvironment().getRequiredProperty("local.server.port", Integer.class));
            mail.proxy.hold();
            long id = reminders.start(
                    Map.of("task", "too late", "every", "100ms", "times", 5, "to", "me@example.org"));
            patiently().until(() -> reminders.state(id), "done"::equals);

            application.close();

            assertThat(output).contains(IntStream.rangeClosed(1, 5)
                    .mapToObj(n -> "'too late (" + n + " of 5)' to me@example.org was not sent")
                    .toArray(String[]::new));
            assertThat(output).contains("the pool was stopped");
            assertThat(mail.subjectsFor("me@example.org")).isEmpty();
        }
    }
}
