package io.github.ppool.restart;

/**
 * A text is no plan. The message shows the column, the text around it and the possible continuations; it is never long.
 */
public final class RestartPlanSyntaxException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /** The number of characters that are shown before the column, and after it. */
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

    /**
     * Returns the text that was parsed: a whole plan or, from a list, one element.
     *
     * @return the text
     */
    public String text() {
        return text;
    }

    /**
     * Returns the position of the error.
     *
     * @return from 1; one more than the length of the text if its end is missing
     */
    public int column() {
        return column;
    }

    /**
     * Returns the possible continuations, or the rule that the value there breaks.
     *
     * @return a hint
     */
    public String hint() {
        return hint;
    }
}
