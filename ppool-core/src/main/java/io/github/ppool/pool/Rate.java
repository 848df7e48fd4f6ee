package io.github.ppool.pool;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of beginnings within a time, such as 100 a minute. In no window of that time more begin: the window slides,
 * and does not start anew with each minute of the clock. After a quiet time the whole number may begin at once, unless
 * the burst is smaller. With a smaller burst at most so many begin at once, and the others at even distances, which are
 * the time divided by the number.
 *
 * <p>An immutable value. {@link #parse} and {@link #toString} have the words of the settings: {@code 100/1m}. OTP and
 * poolboy have no counterpart; the libraries {@code jobs} and {@code hammer} have.
 *
 * @param permits the number, from 1 to {@link #MOST_PERMITS}
 * @param period the time, from {@link #SHORTEST} to {@link #LONGEST}
 * @param burst the most that begin at once, from 1 to the number of permits
 */
public record Rate(int permits, Duration period, int burst) {

    /** The largest number of permits. */
    public static final int MOST_PERMITS = 999_999_999;
    /** The shortest period. */
    public static final Duration SHORTEST = Duration.ofMillis(1);
    /** The longest period. */
    public static final Duration LONGEST = Duration.ofDays(366);

    private static final Pattern TEXT = Pattern.compile("\\s*([0-9]{1,9})\\s*/\\s*(\\S{1,30})\\s*");
    private static final Pattern SIMPLE = Pattern.compile("\\+?([0-9]{1,18})([a-zA-Z]{0,2})");
    private static final Map<String, Duration> UNITS = Map.of(
            "ns", Duration.ofNanos(1),
            "us", Duration.ofNanos(1_000),
            "", Duration.ofMillis(1),
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));

    /**
     * Checks the parts.
     *
     * @throws NullPointerException if the period is null
     * @throws IllegalArgumentException if a part is outside of its limits
     */
    public Rate {
        if (permits < 1 || permits > MOST_PERMITS) {
            throw new IllegalArgumentException("rate must permit 1 to " + MOST_PERMITS + ", got: " + permits);
        }
        requirePeriod(Objects.requireNonNull(period, "period must not be null"), period.toString());
        if (burst < 1 || burst > permits) {
            throw new IllegalArgumentException(
                    "burst must be 1 to " + permits + ", which the rate permits, got: " + burst);
        }
    }

    /**
     * A rate that may begin with all its permits at once.
     *
     * @param permits the number, from 1 to {@link #MOST_PERMITS}
     * @param period the time, from {@link #SHORTEST} to {@link #LONGEST}
     * @return the rate
     * @throws NullPointerException if the period is null
     * @throws IllegalArgumentException if a part is outside of its limits
     */
    public static Rate of(int permits, Duration period) {
        return new Rate(permits, period, permits);
    }

    /**
     * Reads a rate: a number, a slash and a duration. The duration is one that Spring Boot reads, too: {@code 500ms},
     * {@code 1m} or {@code PT1M}; a number without a unit is one of milliseconds.
     *
     * @param text the text, such as {@code 100/1m}
     * @return the rate, with all permits as its burst
     * @throws NullPointerException if the text is null
     * @throws IllegalArgumentException if it is no such text, or a part is outside of its limits
     */
    public static Rate parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "rate must be a number, a slash and a duration, such as 100/1m, got: " + shown(text));
        }
        return of(Integer.parseInt(parts.group(1)), period(parts.group(2)));
    }

    private static Duration period(String text) {
        Duration period;
        try {
            Matcher simple = SIMPLE.matcher(text);
            Duration unit = simple.matches() ? UNITS.get(simple.group(2).toLowerCase(Locale.ROOT)) : null;
            period = unit == null ? Duration.parse(text) : unit.multipliedBy(Long.parseLong(simple.group(1)));
        } catch (RuntimeException noDuration) { // no number, no duration, or too long for one
            throw new IllegalArgumentException(
                    "rate must have a duration from 1ms to 366d after the slash, got: " + shown(text), noDuration);
        }
        requirePeriod(period, text);
        return period;
    }

    private static void requirePeriod(Duration period, String text) {
        if (period.compareTo(SHORTEST) < 0 || period.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "rate must have a duration from 1ms to 366d after the slash, got: " + shown(text));
        }
    }

    private static String shown(String text) {
        return text.length() <= 50 ? text : text.substring(0, 50) + "…";
    }

    /**
     * The same rate with another burst.
     *
     * @param newBurst the most that begin at once, from 1 to the number of permits
     * @return the rate
     * @throws IllegalArgumentException if it is outside of these limits
     */
    public Rate withBurst(int newBurst) {
        return new Rate(permits, period, newBurst);
    }

    /** {@return the text that {@link #parse} reads, with the burst behind it if that is smaller than the number} */
    @Override
    public String toString() {
        return permits + "/" + inWords(period) + (burst == permits ? "" : ", burst " + burst);
    }

    private static String inWords(Duration time) {
        for (String unit : new String[]{"d", "h", "m", "s", "ms", "us"}) {
            Duration one = UNITS.get(unit);
            if (one != null && time.minus(one.multipliedBy(time.dividedBy(one))).isZero()) {
                return time.dividedBy(one) + unit;
            }
        }
        return time.toNanos() + "ns";
    }
}
