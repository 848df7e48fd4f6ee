package io.github.ppool.restart;

import io.github.ppool.guard.ForeignText;
import org.jspecify.annotations.Nullable;

/** The beginning of a text, for messages about a configuration. */
final class ShortText {

    private static final int LONGEST = 200;

    private ShortText() {}

    /** At most {@value #LONGEST} characters. An item may be any value of YAML, a list that contains itself included. */
    static String of(@Nullable Object item) {
        String text = ForeignText.of(item);
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
