package io.github.ppool.sample.later;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.startsWith;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import io.github.ppool.durable.DurableQueue;
import io.github.ppool.durable.DurableTaskAdmin;
import io.github.ppool.durable.DurableTaskState;
import io.github.ppool.durable.DurableTaskView;
import io.github.ppool.durable.EnqueuedTask;
import io.github.ppool.sample.RemindersProperties;
import io.github.ppool.sample.mail.Mail;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mockito.Answers;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

@WebMvcTest(LaterController.class)
@EnableConfigurationProperties(RemindersProperties.class)
class LaterControllerTest {

    @Autowired
    private MockMvcTester http;

    @MockitoBean
    private DurableQueue<Mail> sendMail;

    @MockitoBean(answers = Answers.RETURNS_SELF)
    private DurableQueue.Options<Mail> options;

    @MockitoBean
    private DurableTaskAdmin tasks;

    private MvcTestResult post(String body) {
        return http.post().uri("/reminders").contentType(MediaType.APPLICATION_JSON).content(body).exchange();
    }

    @Test
    void a_reminder_for_tomorrow_is_handed_over_with_its_delay_and_a_key() {
        when(sendMail.with()).thenReturn(options);
        when(options.enqueue(any())).thenReturn(new EnqueuedTask(7, true));
        Instant now = Instant.parse("2026-11-30T00:00:00Z");
        when(tasks.find(7)).thenReturn(Optional.of(new DurableTaskView(7, "smtp", "send-mail", 1,
                DurableTaskState.DELAYED, 0, "reminder-1", null, now, now.plus(Duration.ofDays(1)), 0, null, null,
                null, null, null, null, false, null)));
        MvcTestResult answer = post("""
                {"task": "call the dentist", "in": "1d", "to": "me@example.org"}""");
        assertThat(answer).hasStatus(HttpStatus.ACCEPTED).bodyJson().extractingPath("$.id").isEqualTo(7);
        assertThat(answer).bodyJson().extractingPath("$.state").isEqualTo("delayed");
        assertThat(answer).bodyJson().extractingPath("$.at").isEqualTo("2026-12-01T00:00:00Z");
        verify(options).delay(Duration.ofDays(1));
        verify(options).key(startsWith("reminder-"));
        verify(options).enqueue(new Mail("reminders@example.org", "me@example.org", "call the dentist",
                "You wanted to be reminded: call the dentist", null));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"task": "", "in": "1d", "to": "a@b.org"}               | task | must not be blank
            {"task": "read", "in": "-1s", "to": "a@b.org"}          | in   | must be at least 0s
            {"task": "read", "in": "366d", "to": "a@b.org"}         | in   | must be at most 365d
            {"task": "read", "in": "tomorrow", "to": "a@b.org"}     | in   | must be a duration with its unit
            {"task": "read", "in": "1d", "to": "nobody"}            | to   | must be a well-formed email address
            """)
    void a_wrong_body_is_answered_with_field_and_rule_and_nothing_is_handed_over(
            String body, String field, String rule) {
        MvcTestResult answer = post(body);
        assertThat(answer).hasStatus(HttpStatus.BAD_REQUEST);
        assertThat(answer).bodyJson().extractingPath("$.errors[0].field").isEqualTo(field);
        assertThat(answer).bodyJson().extractingPath("$.errors[0].rule").asString().startsWith(rule);
        verifyNoInteractions(sendMail);
    }

    @Test
    void a_reminder_is_cancelled() {
        assertThat(http.delete().uri("/reminders/7")).hasStatus(HttpStatus.NO_CONTENT);
        verify(tasks).cancel(7);
    }
}
