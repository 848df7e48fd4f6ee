package io.github.ppool.guard;

import java.util.HexFormat;

/**
 * Text for a line of a log and for the name of a thread, which stands in such lines. Some characters would begin
 * another line, control a terminal, or change the direction of reading. They are written as in Java source: {@code \n}
 * for the end of a line, else a backslash, {@code u} and four digits. So a text from outside can't look like a line
 * that the library has not written. All other characters, a backslash included, stay.
 */
public final class VisibleText {

    private static final HexFormat HEX = HexFormat.of();

    private VisibleText() {}

    /**
     * Returns the text on one line. Any thread; calls no foreign code.
     *
     * @param text any text
     * @return the very same text if it has no such character, as nearly all texts
     */
    public static String of(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isControl(text.charAt(i))) {
                return escaped(text, i);
            }
        }
        return text;
    }

    private static String escaped(String text, int first) {
        StringBuilder visible = new StringBuilder(text.length() + 16).append(text, 0, first);
        for (int i = first; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isControl(c)) {
                escape(visible, c);
            } else {
                visible.append(c);
            }
        }
        return visible.toString();
    }

    private static void escape(StringBuilder visible, char c) {
        visible.append('\\');
        switch (c) {
            case '\n' -> visible.append('n');
            case '\r' -> visible.append('r');
            case '\t' -> visible.append('t');
            default -> visible.append('u').append(HEX.toHexDigits(c));
        }
    }

    private static boolean isControl(char c) {
        return c < ' ' || (c >= 0x7f && (c <= 0x9f || (c >= 0x61c && isSeparatorOrDirection(c))));
    }

    /** True for the separators of lines and paragraphs, and for characters that change the direction of reading. */
    private static boolean isSeparatorOrDirection(char c) {
        return c == 0x61c
                || c == 0x200e
                || c == 0x200f
                || (c >= 0x2028 && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069);
    }
}
