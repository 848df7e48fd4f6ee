package io.github.ppool.spring.boot;

import io.github.ppool.guard.FailureText;
import io.github.ppool.process.ExitReason;

/**
 * Failures and exit reasons as an operator may see them over the network. They contain neither the message of an
 * exception nor the text of an object, which may hold addresses, credentials or data of users. The logs contain them.
 * Any thread; no method blocks or calls foreign code.
 */
public final class SafeReason {

    private SafeReason() {}

    /**
     * An exit reason.
     *
     * @param reason any reason
     * @return the word of the reason, the class of its exception, or the class of another value
     */
    public static String of(ExitReason reason) {
        return switch (reason) {
            case ExitReason.Word word -> word.toString();
            case ExitReason.ShutdownWith(Object detail) -> "{shutdown, " + ofValue(detail) + "}";
            case ExitReason.Failure(Throwable thrown) -> of(thrown);
            case ExitReason.Other(Object value) -> ofValue(value);
        };
    }

    /**
     * A failure.
     *
     * @param failure any failure
     * @return its class, and the class of its innermost cause if it has one
     */
    public static String of(Throwable failure) {
        return of(FailureText.of(failure));
    }

    /**
     * The text of a failure.
     *
     * @param failure the text as it is logged
     * @return the class of the failure, and the class of its innermost cause if it has one
     */
    public static String of(FailureText failure) {
        return failure.causes().isEmpty()
                ? failure.className()
                : failure.className() + " caused by " + failure.causes().getLast();
    }

    private static String ofValue(Object value) {
        if (value instanceof ExitReason reason) {
            return of(reason);
        }
        return value instanceof Throwable failure
                ? of(failure)
                : value instanceof Enum<?> constant ? constant.name() : value.getClass().getName();
    }
}
