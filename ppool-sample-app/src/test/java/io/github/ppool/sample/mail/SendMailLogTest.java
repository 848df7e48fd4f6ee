package io.github.ppool.sample.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.github.ppool.durable.DurableTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Text from outside makes no line of the log look like one of the application's. */
@ExtendWith(OutputCaptureExtension.class)
class SendMailLogTest {

    @Test
    void control_characters_of_a_request_and_of_a_mail_server_are_written_visibly(CapturedOutput output)
            throws Exception {
        SmtpConnection connection = mock(SmtpConnection.class);
        DurableTask task = mock(DurableTask.class);
        Deliveries deliveries = mock(Deliveries.class);
        when(task.key()).thenReturn("nagger-1");
        when(connection.send(eq("nagger-1@ppool.sample"), any()))
                .thenReturn(new Delivery(false, "550 no\r\nforged line"));
        new SendMail(deliveries).send(
                new Mail("from@example.org", "to\r@example.org", "water\n\u202eflowers\u0085", "text", "run.1"),
                connection, task);
        verify(deliveries).count("run.1", false);
        assertThat(output.getAll().lines().filter(line -> line.contains("forged line")))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains("water\\n\\u202eflowers\\u0085", "to\\r@example.org", "\\nforged line"));
        assertThat(output.getAll()).doesNotContain("\u202e", "\u0085", "\r");
    }
}
