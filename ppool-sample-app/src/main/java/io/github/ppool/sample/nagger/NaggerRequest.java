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
 * A request for a nagger.
 *
 * @param task the text of the reminder; one line, because it becomes the subject
 * @param every the time before each reminder
 * @param times the number of reminders; unlimited if absent
 * @param to the recipient
 * @param mode the way to get a place; {@code run} if absent
 */
public record NaggerRequest(
        @NotBlank @Size(max = 200) @Pattern(regexp = "\\P{Cntrl}*", message = "must be one line") String task,
        @NotNull @DurationMin(millis = 100, message = MIN) @DurationMax(days = 365, message = MAX) Duration every,
        @Positive @Nullable Integer times,
        @NotNull @Email @Size(max = 254) @Pattern(regexp = "\\p{ASCII}*", message = "must be in ASCII") String to,
        Mode mode) {

    private static final String MIN = "must be at least 100ms";
    private static final String MAX = "must be at most 365d";

    /** Sets the default of the mode, which JSON may omit. */
    public NaggerRequest {
        mode = Objects.requireNonNullElse(mode, Mode.RUN);
    }
}
