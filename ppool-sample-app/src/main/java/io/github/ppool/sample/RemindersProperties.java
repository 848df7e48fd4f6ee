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
 * @param syncWait How long a request with mode sync waits until its nagger has begun.
 * @param keepEnded How many naggers that have ended are still listed.
 * @param keepMails How many mails the embedded inbox keeps, the newest.
 */
@Validated
@ConfigurationProperties("reminders")
public record RemindersProperties(
        @DefaultValue("reminders@example.org") @Email String from,
        @DefaultValue("30s") @DurationMin(millis = 1) Duration syncWait,
        @DefaultValue("50") @PositiveOrZero int keepEnded,
        @DefaultValue("500") @Positive int keepMails) {}
