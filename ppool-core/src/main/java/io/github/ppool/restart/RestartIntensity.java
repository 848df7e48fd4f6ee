package io.github.ppool.restart;

import java.time.Duration;

/**
 * How many restarts a supervisor bears within a sliding period before it gives up: OTP's {@code
 * intensity} and {@code period} flags. This is the configuration; the restarts themselves are counted
 * by a {@link RestartWindow}, one for each running supervisor.
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

    /** A window without any restart in it. */
    public RestartWindow newWindow() {
        return new RestartWindow(intensity, period);
    }
}
