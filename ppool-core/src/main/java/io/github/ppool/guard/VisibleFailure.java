package io.github.ppool.guard;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * The exception in the log, if its message or that of a cause would end a line or colour a terminal. Such a text from
 * outside could look like a line that the library has not written.
 */
final class VisibleFailure {

    /** The greatest depth of an exception that a logging system gets. */
    private static final int DEEPEST = 200;

    private VisibleFailure() {}

    /**
     * Returns the exception, or a copy whose texts are made visible.
     *
     * @param loggable a harmless exception, from {@link FailureText#loggable}
     * @return the very same if each of its texts is on one line, as nearly all are; its text alone if it answers only
     *     once
     */
    @SuppressWarnings("CatchingUnchecked") // the line is written all the same
    static Throwable of(Throwable loggable) {
        try {
            return isVisible(loggable, Collections.newSetFromMap(new IdentityHashMap<>()), 0)
                    ? loggable
                    : copy(loggable, Collections.newSetFromMap(new IdentityHashMap<>()), 0);
        } catch (Throwable answersNoMore) {
            return CopiedFailure.cut(VisibleText.of(FailureText.of(loggable).toString()));
        }
    }

    private static boolean isVisible(Throwable thrown, Set<Throwable> seen, int depth) {
        if (depth > DEEPEST || !seen.add(thrown)) {
            return true;
        }
        String text = textOf(thrown);
        if (!VisibleText.of(text).equals(text)) {
            return false;
        }
        for (Throwable suppressed : thrown.getSuppressed()) {
            if (!isVisible(suppressed, seen, depth + 1)) {
                return false;
            }
        }
        return thrown.getCause() == null || isVisible(thrown.getCause(), seen, depth + 1);
    }

    private static Throwable copy(Throwable thrown, Set<Throwable> seen, int depth) {
        String text = VisibleText.of(textOf(thrown));
        if (depth > DEEPEST || !seen.add(thrown)) {
            return CopiedFailure.cut("named before: " + text);
        }
        CopiedFailure copy = new CopiedFailure(text, () -> FailureText.of(thrown));
        copy.setStackTrace(thrown.getStackTrace());
        if (thrown.getCause() != null) {
            copy.initCause(copy(thrown.getCause(), seen, depth + 1));
        }
        for (Throwable suppressed : thrown.getSuppressed()) {
            copy.addSuppressed(copy(suppressed, seen, depth + 1));
        }
        return copy;
    }

    private static String textOf(Throwable thrown) {
        return String.valueOf(thrown.toString());
    }
}
