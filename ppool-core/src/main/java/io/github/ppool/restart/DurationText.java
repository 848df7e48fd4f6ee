package io.github.ppool.restart;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The text of durations in plans, and the range of this package: nanoseconds in a long, 292 years. */
final class DurationText {
    static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);
    /** A duration with more digits is hard to read. */
    private static final int MOST_DIGITS = 5;
    // From the largest to the smallest: print() takes the first unit that divides the duration.
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

    /** Returns the shortest exact form with one unit: {@code 90s}, {@code 2m}, {@code 1500ms}, {@code 0s}. */
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

    /**
     * Returns a text for readers, not for the parser: {@link #print}, or the nearest duration with few digits, as after
     * jitter: {@code 88.8ms}, {@code 2m3s}.
     */
    static String inShort(Duration duration) {
        long nanos = duration.toNanos();
        String exact = print(duration);
        if (exact.chars().filter(Character::isDigit).count() <= MOST_DIGITS) {
            return exact;
        }
        long minute = nanosOf("m");
        if (nanos < minute) {
            BigDecimal rounded = BigDecimal.valueOf(nanos).round(new MathContext(3));
            String unit = largestUnit(rounded.longValueExact());
            return rounded.compareTo(BigDecimal.valueOf(minute)) >= 0
                    ? "1m"
                    : rounded.divide(BigDecimal.valueOf(nanosOf(unit))).stripTrailingZeros().toPlainString() + unit;
        }
        String large = largestUnit(nanos);
        String small = large.equals("d") ? "h" : large.equals("h") ? "m" : "s";
        long smalls = nanos / nanosOf(small) + (nanos % nanosOf(small) * 2 >= nanosOf(small) ? 1 : 0);
        long inLarge = nanosOf(large) / nanosOf(small);
        return smalls / inLarge + large + (smalls % inLarge == 0 ? "" : smalls % inLarge + small);
    }

    private static String largestUnit(long nanos) {
        for (Map.Entry<String, Long> unit : NANOS_BY_UNIT.entrySet()) {
            if (nanos >= unit.getValue()) {
                return unit.getKey();
            }
        }
        return "ns";
    }

    private static long nanosOf(String unit) {
        return NANOS_BY_UNIT.getOrDefault(unit, 1L);
    }

    static boolean isUnit(String text) {
        return NANOS_BY_UNIT.containsKey(text);
    }

    /** Returns the duration of {@code amount} units, not negative; cut to {@link #LONGEST}. */
    static Duration of(long amount, String unit) {
        long nanos = nanosOf(unit);
        return amount > Long.MAX_VALUE / nanos ? LONGEST : Duration.ofNanos(amount * nanos);
    }

    /** Returns the sum of two durations that are not negative, cut to {@link #LONGEST}. */
    static Duration sum(Duration one, Duration other) {
        return one.compareTo(LONGEST.minus(other)) > 0 ? LONGEST : one.plus(other);
    }

    /** Returns the duration, cut to {@link #LONGEST}. */
    static Duration requireNotNegative(String name, Duration duration) {
        requireNotNull(name, duration);
        if (duration.isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative, got: " + duration);
        }
        return duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
    }

    private static void requireNotNull(String name, Duration duration) {
        Objects.requireNonNull(duration, () -> name + " must not be null");
    }

    static Duration requirePositive(String name, Duration duration) {
        requireNotNull(name, duration);
        if (duration.isZero()) {
            throw new IllegalArgumentException(name + " must be more than zero, got: " + duration);
        }
        return requireNotNegative(name, duration);
    }
}
