package io.github.ppool.durable.engine;

import io.github.ppool.guard.FailureText;
import io.github.ppool.pool.WorkerExitException;
import io.github.ppool.process.ExitReason;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The end of a failed attempt, for its plan and for the row.
 *
 * @param exit the reason by which the plan is chosen
 * @param reason the same for the row, at most {@link #LONGEST_REASON} characters
 * @param failure the exception with the beginning of its trace, at most {@link #LONGEST_FAILURE} characters; null if
 *     there was none
 */
record FailureRecord(ExitReason exit, String reason, @Nullable String failure) {

    static final int LONGEST_REASON = 200;
    static final int LONGEST_FAILURE = 4_000;

    /** The end with the node. */
    static FailureRecord nodeLost() {
        return word(DurablePoolSettings.NODE_LOST, null);
    }

    /** The end with a payload that can't be read. */
    static FailureRecord unreadable(Throwable failure) {
        return word(DurablePoolSettings.UNREADABLE, failure);
    }

    /** The end with an exception of the handler. */
    static FailureRecord of(Throwable thrown) {
        return new FailureRecord(ExitReason.failure(thrown), simpleName(thrown), text(thrown));
    }

    /** The end that the pool tells of: a time-out, the end of the worker's process, or an exception of the handler. */
    static FailureRecord ofPool(Throwable outcome, @Nullable Throwable thrown) {
        if (outcome instanceof TimeoutException && isOther(outcome, thrown)) {
            return word(DurablePoolSettings.TIMEOUT, outcome);
        }
        if (outcome instanceof WorkerExitException exit && isOther(outcome, thrown)) {
            ExitReason reason = exit.reason();
            String text = reason.cause().map(FailureRecord::simpleName).orElseGet(reason::toString);
            return new FailureRecord(reason, bounded(text, LONGEST_REASON), text(outcome));
        }
        return of(thrown == null ? outcome : thrown);
    }

    @SuppressWarnings("ReferenceEquality") // the equals of an exception is foreign code
    private static boolean isOther(Throwable outcome, @Nullable Throwable thrown) {
        return outcome != thrown;
    }

    private static FailureRecord word(String word, @Nullable Throwable failure) {
        return new FailureRecord(ExitReason.of(word), word, failure == null ? null : text(failure));
    }

    private static String simpleName(Throwable thrown) {
        String name = FailureText.of(thrown).className();
        String simple = name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
        return bounded(simple.isEmpty() ? name : simple, LONGEST_REASON);
    }

    private static String text(Throwable thrown) {
        FailureText told = FailureText.of(thrown);
        StringWriter trace = new StringWriter();
        told.loggable().printStackTrace(new PrintWriter(trace));
        return bounded(trace.toString(), LONGEST_FAILURE);
    }

    /** At most so many characters, without those that a database refuses: NUL, and halves of pairs. */
    static String bounded(String text, int longest) {
        StringBuilder kept = new StringBuilder(Math.min(text.length(), longest));
        for (int i = 0; i < text.length() && kept.length() < longest; i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                if (kept.length() + 2 > longest) {
                    break;
                }
                kept.append(c).append(text.charAt(++i));
            } else {
                kept.append(c == 0 || Character.isSurrogate(c) ? '\uFFFD' : c);
            }
        }
        return kept.toString();
    }
}
