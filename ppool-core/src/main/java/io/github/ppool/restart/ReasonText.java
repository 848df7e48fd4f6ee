package io.github.ppool.restart;

import io.github.ppool.guard.ForeignText;
import io.github.ppool.process.ExitReason;
import java.util.regex.Pattern;

/** The text of exit reasons in plans. */
final class ReasonText {
    static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");

    private ReasonText() {}

    /** True if {@link #print} gives a text that is parsed to the same reason. */
    static boolean isText(ExitReason reason) {
        return switch (reason) {
            case ExitReason.Word word -> true;
            case ExitReason.ShutdownWith with -> with.detail() instanceof String;
            case ExitReason.Other other ->
                other.value() instanceof String text && ExitReason.of(text).equals(reason);
            case ExitReason.Failure failure -> false;
        };
    }

    static String print(ExitReason reason) {
        return switch (reason) {
            case ExitReason.Word word -> word.toString();
            case ExitReason.ShutdownWith with -> "{shutdown: " + value(with.detail()) + "}";
            case ExitReason.Other other -> value(other.value());
            case ExitReason.Failure failure -> "<" + failure + ">";
        };
    }

    private static String value(Object value) {
        if (value instanceof PlanExit exit) {
            return exit.word();
        }
        if (!(value instanceof String text)) {
            return "<" + ForeignText.of(value) + ">";
        }
        return WORD.matcher(text).matches() ? text : quoted(text);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
