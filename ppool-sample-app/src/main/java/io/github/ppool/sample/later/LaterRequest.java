package io.github.ppool.sample.later;

import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/**
 * A request for one reminder.
 *
 * @param task the text of the reminder; one line, because it becomes the subject
 * @param in the time until it is sent
 * @param to the recipient
 */
public record LaterRequest(
        @NotBlank @Size(max = 200) @Pattern(regexp = "\\P{Cntrl}*", message = "must be one line") String task,
        @NotNull @DurationMin(message = MIN) @DurationMax(days = 365, message = MAX) Duration in,
        @NotNull @Email @Size(max = 254) @Pattern(regexp = "\\p{ASCII}*", message = "must be in ASCII") String to) {

    private static final String MIN = "must be at least 0s";
    private static final String MAX = "must be at most 365d";
}
