package io.github.ppool.cluster.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.springframework.boot.convert.DurationStyle;

/** Durations as settings have them. */
final class DurationText {

    private static final Duration LONGEST_IN_MILLIS = Duration.ofDays(3_653);

    private DurationText() {}

    /** A duration in seconds or milliseconds, such as {@code 500ms}; as in ISO-8601 if it is finer or very long. */
    static String of(Duration duration) {
        if (duration.getNano() == 0) {
            return DurationStyle.SIMPLE.print(duration, ChronoUnit.SECONDS);
        }
        boolean inMillis = duration.getNano() % 1_000_000 == 0
                && duration.compareTo(LONGEST_IN_MILLIS) < 0
                && duration.compareTo(LONGEST_IN_MILLIS.negated()) > 0;
        return inMillis ? DurationStyle.SIMPLE.print(duration, ChronoUnit.MILLIS) : duration.toString();
    }
}
