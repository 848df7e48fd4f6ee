package io.github.ppool.spring.boot.settings;

import io.github.ppool.guard.VisibleText;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An invalid setting.
 *
 * @param property its full name
 * @param value its value; null if it is not set
 * @param origin the place of the setting; null if that is unknown
 * @param rule the rule that it breaks, as a sentence without a full stop
 * @param remedy the remedy, as a sentence with a full stop
 */
record SettingProblem(
        String property, @Nullable String value, @Nullable String origin, String rule, String remedy) {

    private static final int MOST_CHARACTERS = 1_000;
    private static final int MOST_OF_A_VALUE = 300;

    /** The same problem with changed texts; the property and the origin stay. */
    SettingProblem mapped(UnaryOperator<String> change) {
        return new SettingProblem(property, value == null ? null : change.apply(value), origin, change.apply(rule),
                change.apply(remedy));
    }

    /** The same problem for a person to read: not too long, and without characters that break or distort a line. */
    SettingProblem readable() {
        return new SettingProblem(
                line(property, MOST_OF_A_VALUE),
                value == null ? null : line(value, MOST_OF_A_VALUE),
                origin == null ? null : line(origin, MOST_CHARACTERS),
                // A plan has a mark in the line below it.
                cut(rule, MOST_CHARACTERS).lines().map(VisibleText::of).collect(Collectors.joining("\n")),
                cut(remedy, 2 * MOST_CHARACTERS).lines().map(VisibleText::of).collect(Collectors.joining("\n")));
    }

    private static String line(String text, int most) {
        return VisibleText.of(cut(text, most));
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + "… (" + text.length() + " characters)";
    }
}
