package io.github.ppool.sample.nagger;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.sample.mail.Delivery;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What comes from outside makes no line of the log look like one of the application's. */
@ExtendWith(OutputCaptureExtension.class)
class ReminderLogTest {

    @Test
    void control_characters_of_a_request_and_of_a_mail_server_are_written_visibly(CapturedOutput output) {
        Reminder reminder = new Reminder(1, "from@example.org",
                new NaggerRequest("water\n\u202eflowers\u0085", Duration.ofSeconds(1), 1, "to\r@example.org",
                        Mode.RUN));
        reminder.sent(reminder.nag(1), new Delivery(false, "550 no\r\nforged line"), null);
        reminder.sent(reminder.nag(1), null, new IllegalStateException("broken\nforged line"));
        assertThat(output.getAll().lines().filter(line -> line.contains("forged line")))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line)
                        .contains("water\\n\\u202eflowers\\u0085", "to\\r@example.org", "\\nforged line"));
        assertThat(output.getAll()).doesNotContain("\u202e", "\u0085", "\r");
    }
}
