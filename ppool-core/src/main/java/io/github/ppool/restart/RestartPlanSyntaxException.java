package io.github.ppool.restart;

/** A text is not a plan. The message shows the text, the column and what is possible there. */
public final class RestartPlanSyntaxException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final String text;
    private final int column;
    private final String hint;

    RestartPlanSyntaxException(String text, int column, String hint) {
        super("column " + column + ": " + hint + "\n  " + onOneLine(text) + "\n  " + " ".repeat(column - 1) + "^");
        this.text = text;
        this.column = column;
        this.hint = hint;
    }

    /** So that the mark stands under the column. */
    private static String onOneLine(String text) {
        return text.replaceAll("\\s", " ");
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
