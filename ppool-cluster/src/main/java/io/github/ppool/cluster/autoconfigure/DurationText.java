package io.github.ppool.cluster.autoconfigure;

import java.time.Duration;
import org.springframework.boot.convert.DurationStyle;

/** Durations as settings have them. */
final class DurationText {

    private DurationText() {}

    /** A duration in milliseconds or seconds, such as {@code 500ms}. */
    static String of(Duration duration) {
        return duration.toMillis() % 1000 == 0
                ? DurationStyle.SIMPLE.print(duration, java.time.temporal.ChronoUnit.SECONDS)
                : DurationStyle.SIMPLE.print(duration, java.time.temporal.ChronoUnit.MILLIS);
    }
}
