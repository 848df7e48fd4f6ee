package io.github.ppool.restart;

/**
 * A text is not a plan. The message shows the column, the text around it and what is possible there; it is never long.
 */
public final class RestartPlanSyntaxException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /** So many characters are shown before the column, and behind it. */
    private static final int AROUND = 200;

    private final String text;
    private final int column;
    private final String hint;

    RestartPlanSyntaxException(String text, int column, String hint) {
        super("column " + column + ": " + hint + shown(text, column));
        this.text = text;
        this.column = column;
        this.hint = hint;
    }

    /** The text around the column, on one line, so that the mark stands under the column. */
    private static String shown(String text, int column) {
        int from = Math.max(0, column - 1 - AROUND);
        int to = Math.min(text.length(), column - 1 + AROUND);
        String before = from == 0 ? "" : "…";
        String line = before + text.substring(from, to).replaceAll("\\s", " ") + (to == text.length() ? "" : "…");
        return "\n  " + line + "\n  " + " ".repeat(before.length() + column - 1 - from) + "^";
    }

    /** The text that was parsed: a whole plan or, from a list, one element. */
    public String text() {
        return text;
    }

    /** Where it went wrong, from 1; one more than the length of the text if something is missing. */
    public int column() {
        return column;
    }

    /** What is possible there, or the rule that the value there breaks. */
    public String hint() {
        return hint;
    }
}
