package io.github.ppool.sample.nagger;

import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.util.Objects;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;

/**
 * Somebody wants to be nagged.
 *
 * @param task what to be reminded of; becomes the subject, so it is one line
 * @param every the time before each reminder
 * @param times how many reminders; for ever if it is not said
 * @param to whom to remind
 * @param mode how to get a place; {@code run} if it is not said
 */
public record NaggerRequest(
        @NotBlank @Size(max = 200) @Pattern(regexp = "\\P{Cntrl}*", message = "must be one line") String task,
        @NotNull @DurationMin(millis = 100, message = "must be at least 100ms") @DurationMax(days = 365, message = "must be at most 365d") Duration every,
        @Positive @Nullable Integer times,
        @NotNull @Email @Size(max = 254) @Pattern(regexp = "\\p{ASCII}*", message = "must be in ASCII") String to,
        Mode mode) {

    /** Says what was not said: JSON may leave the mode out. */
    public NaggerRequest {
        mode = Objects.requireNonNullElse(mode, Mode.RUN);
    }
}
