package io.github.ppool.restart;

import java.time.Duration;

/**
 * The number of restarts within a sliding period after which a supervisor gives up: OTP's {@code intensity} and {@code
 * period} flags. This is the configuration; a {@link RestartWindow} for each running supervisor counts the restarts. An
 * immutable value.
 *
 * @param intensity restarts allowed within the period; 0 gives up at the first one
 * @param period the length of the period, more than zero; cut to 292 years
 */
public record RestartIntensity(int intensity, Duration period) {

    /** OTP's default: one restart in five seconds. */
    public static final RestartIntensity DEFAULT = new RestartIntensity(1, Duration.ofSeconds(5));

    /**
     * Checks both values.
     *
     * @throws IllegalArgumentException if {@code intensity} is negative or {@code period} is not in its
     *     range
     */
    public RestartIntensity {
        if (intensity < 0) {
            throw new IllegalArgumentException("intensity must not be negative, got: " + intensity);
        }
        period = DurationText.requirePositive("period", period);
    }

    /**
     * Makes a window without any restart in it.
     *
     * @return a new window
     */
    public RestartWindow newWindow() {
        return new RestartWindow(intensity, period);
    }
}
