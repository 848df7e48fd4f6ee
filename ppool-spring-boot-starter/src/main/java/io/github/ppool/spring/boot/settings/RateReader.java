package io.github.ppool.spring.boot.settings;

import io.github.ppool.pool.Rate;
import org.jspecify.annotations.Nullable;

/** Reads rates, those of pools and those of durable tasks: both have the words of {@link Rate#parse}. */
final class RateReader {

    static final String REMEDY = "Write for example 100/1m or 5/1s.";

    private RateReader() {}

    /**
     * Reads a rate.
     *
     * @param otherwise the rate if the property is not set, or wrong
     * @param problems gets the problem of a wrong value
     */
    static @Nullable Rate read(
            String property, @Nullable String text, @Nullable Rate otherwise, SettingProblems problems) {
        if (text == null || text.isBlank()) {
            return otherwise;
        }
        try {
            return Rate.parse(text);
        } catch (IllegalArgumentException refused) {
            // the rule says rate, the property may be partition-rate
            problems.add(property, SettingProblems.rule(refused).replaceFirst("^rate", nameOf(property)), REMEDY);
            return otherwise;
        }
    }

    /**
     * Reads a rate with its burst. A burst alone changes that of the other rate.
     *
     * @param property the property of the rate; that of the burst has burst in the place of rate
     * @param otherwise the rate if the property is not set, or wrong
     * @param problems gets the problems of wrong values
     */
    static @Nullable Rate read(String property, @Nullable String text, @Nullable Integer burst,
            @Nullable Rate otherwise, SettingProblems problems) {
        Rate rate = read(property, text, otherwise, problems);
        if (burst == null) {
            return rate;
        }
        String ofBurst = property.substring(0, property.length() - "rate".length()) + "burst";
        if (rate == null) {
            problems.add(ofBurst, nameOf(ofBurst) + " says how many begin at once within a rate, but there is no rate",
                    "Set " + property + " too, or remove the burst.");
            return null;
        }
        try {
            return rate.withBurst(burst);
        } catch (IllegalArgumentException refused) {
            problems.add(ofBurst, SettingProblems.rule(refused).replaceFirst("^burst", nameOf(ofBurst)),
                    "Use a number from 1 to " + rate.permits() + ", or remove the burst.");
            return rate;
        }
    }

    /**
     * Reads a rate whose problems are known already.
     *
     * @return the rate; null if it is not set, or wrong
     */
    static @Nullable Rate readAgain(@Nullable String text, @Nullable Integer burst, @Nullable Rate otherwise) {
        try {
            Rate rate = text == null || text.isBlank() ? otherwise : Rate.parse(text);
            return rate == null || burst == null ? rate : rate.withBurst(burst);
        } catch (IllegalArgumentException known) {
            return null;
        }
    }

    private static String nameOf(String property) {
        return property.substring(property.lastIndexOf('.') + 1);
    }
}
