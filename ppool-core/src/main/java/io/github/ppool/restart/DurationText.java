package io.github.ppool.restart;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** How durations are written in plans, and the range that this package keeps to: nanoseconds in a long, 292 years. */
final class DurationText {
    static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);
    // From the largest to the smallest: print() takes the first one that divides the duration.
    private static final Map<String, Long> NANOS_BY_UNIT = new LinkedHashMap<>();

    static {
        NANOS_BY_UNIT.put("d", Duration.ofDays(1).toNanos());
        NANOS_BY_UNIT.put("h", Duration.ofHours(1).toNanos());
        NANOS_BY_UNIT.put("m", Duration.ofMinutes(1).toNanos());
        NANOS_BY_UNIT.put("s", Duration.ofSeconds(1).toNanos());
        NANOS_BY_UNIT.put("ms", Duration.ofMillis(1).toNanos());
        NANOS_BY_UNIT.put("us", 1_000L);
        NANOS_BY_UNIT.put("ns", 1L);
    }

    private DurationText() {}

    /** The shortest exact form with one unit: {@code 90s}, {@code 2m}, {@code 1500ms}, {@code 0s}. */
    static String print(Duration duration) {
        long nanos = duration.toNanos();
        if (nanos == 0) {
            return "0s";
        }
        for (Map.Entry<String, Long> unit : NANOS_BY_UNIT.entrySet()) {
            if (nanos % unit.getValue() == 0) {
                return nanos / unit.getValue() + unit.getKey();
            }
        }
        throw new AssertionError("every number of nanoseconds is a multiple of one");
    }

    static boolean isUnit(String text) {
        return NANOS_BY_UNIT.containsKey(text);
    }

    /** The duration of {@code amount} units, not negative; cut to {@link #LONGEST}. */
    static Duration of(long amount, String unit) {
        long nanos = NANOS_BY_UNIT.getOrDefault(unit, 1L);
        return amount > Long.MAX_VALUE / nanos ? LONGEST : Duration.ofNanos(amount * nanos);
    }

    /** The sum of two that are not negative, cut to {@link #LONGEST}. */
    static Duration sum(Duration one, Duration other) {
        return one.compareTo(LONGEST.minus(other)) > 0 ? LONGEST : one.plus(other);
    }

    /** The duration, cut to {@link #LONGEST}. */
    static Duration requireNotNegative(String name, Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative, got: " + duration);
        }
        return duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
    }

    static Duration requirePositive(String name, Duration duration) {
        if (duration.isZero()) {
            throw new IllegalArgumentException(name + " must be more than zero, got: " + duration);
        }
        return requireNotNegative(name, duration);
    }
}
