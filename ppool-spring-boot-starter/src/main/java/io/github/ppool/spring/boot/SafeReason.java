package io.github.ppool.spring.boot;

import io.github.ppool.guard.FailureText;
import io.github.ppool.process.ExitReason;

/**
 * Failures and exit reasons as operators may see them over the network: without the messages of exceptions and without
 * the text of objects, which may hold addresses, credentials or data of users. The logs have those.
 */
public final class SafeReason {

    private SafeReason() {}

    /**
     * An exit reason.
     *
     * @param reason any
     * @return its word, the class of the exception, or the class of another value
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
     * @param failure any
     * @return its class, and that of its innermost cause if it has one
     */
    public static String of(Throwable failure) {
        return of(FailureText.of(failure));
    }

    /**
     * What is told of a failure.
     *
     * @param failure any
     * @return its class, and that of its innermost cause if it has one
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
