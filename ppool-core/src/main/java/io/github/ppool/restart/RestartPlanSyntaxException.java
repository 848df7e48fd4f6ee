package io.github.ppool.restart;

/** A text is not a plan. The message shows the text, the column and what is possible there. */
public final class RestartPlanSyntaxException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final String text;
    private final int column;
    private final String possible;

    RestartPlanSyntaxException(String text, int column, String possible) {
        super(
                "column " + column + ": possible here: " + possible + "\n  " + text + "\n  "
                        + " ".repeat(column - 1) + "^");
        this.text = text;
        this.column = column;
        this.possible = possible;
    }

    /** The text that was parsed: a whole plan or, from a list, one element. */
    public String text() {
        return text;
    }

    /** Where it went wrong, from 1; one more than the length of the text if something is missing. */
    public int column() {
        return column;
    }

    /** What could have been there, or the rule that the value there breaks. */
    public String possible() {
        return possible;
    }
}
