package io.github.ppool.guard;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The copy of an exception for the log, if the class of the exception overrides methods that a logging system would
 * call. It has the text, stack trace, causes and suppressed exceptions that the exception had at first.
 */
final class CopiedFailure extends Throwable {

    private static final long serialVersionUID = 1L;

    private final String text;
    private final transient @Nullable Supplier<FailureText> original;

    CopiedFailure(String text, @Nullable Supplier<FailureText> original) {
        super(text);
        this.text = text;
        this.original = original;
    }

    /** Makes the placeholder of an omitted exception. */
    static CopiedFailure cut(String why) {
        CopiedFailure cut = new CopiedFailure(why, null);
        cut.setStackTrace(new StackTraceElement[0]);
        return cut;
    }

    boolean isCut() {
        return original == null;
    }

    FailureText original() {
        if (original == null) {
            throw new IllegalStateException("nothing was copied: " + text);
        }
        return original.get();
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }

    @Override
    public String toString() {
        return text;
    }
}
