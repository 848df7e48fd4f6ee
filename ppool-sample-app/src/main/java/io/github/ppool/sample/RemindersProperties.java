package io.github.ppool.sample;

import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The settings of this application, beside those of Spring Boot and ppool.
 *
 * @param from Sender of the reminders.
 * @param syncWait Time that a request with mode sync waits for the start of its nagger.
 * @param keepEnded Number of ended naggers that are still listed.
 * @param keepMails Number of mails that the embedded inbox keeps, the newest ones.
 * @param mailPort Port of the embedded mail server. Zero takes a free one.
 */
@Validated
@ConfigurationProperties("reminders")
public record RemindersProperties(
        @DefaultValue("reminders@example.org") @Email String from,
        @DefaultValue("30s") @DurationMin(millis = 1) Duration syncWait,
        @DefaultValue("50") @PositiveOrZero int keepEnded,
        @DefaultValue("500") @Positive int keepMails,
        @DefaultValue("0") @PositiveOrZero int mailPort) {}
