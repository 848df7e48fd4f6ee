package io.github.ppool.process;

import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.ForeignText;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The reason of a process's end or of an exit signal. An immutable value with {@code equals}; {@code toString} has
 * OTP's form. A reason may hold foreign objects. Their text is taken when the reason is made, on that thread and within
 * limits. A foreign {@code toString}, {@code equals} or {@code hashCode} that throws does no harm.
 *
 * <p>Stands for the reason term of Erlang's exit signals.
 */
public sealed interface ExitReason {

    /** The process has finished its work. A receiver of such an exit signal ignores it, unless it traps exits. */
    ExitReason NORMAL = new Word("normal");

    /** The supervisor asked the process to end, or the process ended in good order by itself. */
    ExitReason SHUTDOWN = new Word("shutdown");

    /**
     * As the reason of a signal sent with {@code exit}, it ends the receiver even if the receiver traps exits; the
     * receiver's own reason is then {@link #KILLED}. As the reason with which a process ended, it has no such power
     * over linked processes.
     */
    ExitReason KILL = new Word("kill");

    /** The process received {@link #KILL}. */
    ExitReason KILLED = new Word("killed");

    /** No such process exists, or existed at that moment. */
    ExitReason NOPROC = new Word("noproc");

    /**
     * Makes the reason of an orderly end with a detail: OTP's <code>{shutdown, Detail}</code>.
     *
     * @param detail any value, best immutable
     * @return the reason
     * @throws NullPointerException if the detail is null
     */
    static ExitReason shutdown(Object detail) {
        return new ShutdownWith(detail);
    }

    /**
     * Makes the reason of a crash.
     *
     * @param cause the exception or error
     * @return the reason
     * @throws NullPointerException if the cause is null
     */
    static ExitReason failure(Throwable cause) {
        return new Failure(cause);
    }

    /**
     * Makes any other, abnormal reason. A string that is one of OTP's own words gives the constant of that name.
     *
     * @param value any value, best immutable
     * @return the reason
     * @throws NullPointerException if the value is null
     */
    static ExitReason of(Object value) {
        if (value instanceof String text) {
            for (ExitReason word : List.of(NORMAL, SHUTDOWN, KILL, KILLED, NOPROC)) {
                if (word.toString().equals(text)) {
                    return word;
                }
            }
        }
        return new Other(value);
    }

    /**
     * Returns true if this is {@link #NORMAL}.
     *
     * @return true for {@link #NORMAL} alone
     */
    default boolean isNormal() {
        return this == NORMAL;
    }

    /**
     * Returns true if OTP counts this as an orderly end, after which it does not restart a transient child.
     *
     * @return true for {@link #NORMAL}, {@link #SHUTDOWN} and {@link ShutdownWith}
     */
    default boolean isOrderly() {
        return this == NORMAL || this == SHUTDOWN || this instanceof ShutdownWith;
    }

    /**
     * Returns the exception behind this reason.
     *
     * @return the exception; empty if there is none
     */
    default Optional<Throwable> cause() {
        return Optional.empty();
    }

    /**
     * Returns the text of the exception behind this reason. The text was taken when the reason was made, so reports
     * need not call the exception.
     *
     * @return the text; empty if there is no exception
     */
    default Optional<FailureText> causeText() {
        return cause().map(FailureText::of);
    }

    /** A reason that the runtime itself knows by name. The constants of {@link ExitReason} are its only instances. */
    final class Word implements ExitReason {
        private final String word;

        private Word(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /**
     * An orderly end with a detail.
     *
     * @param detail any value
     */
    record ShutdownWith(Object detail) implements ExitReason {
        /** Takes the text of the detail. */
        public ShutdownWith {
            ForeignText.take(Objects.requireNonNull(detail, "detail must not be null"));
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof ShutdownWith that && ForeignText.areEqual(detail, that.detail);
        }

        @Override
        public int hashCode() {
            return 31 + ForeignText.hashOf(detail);
        }

        @Override
        public String toString() {
            return "{shutdown, " + ForeignText.of(detail) + "}";
        }
    }

    /**
     * The code of the process threw. Two such reasons are equal if they hold the very same exception.
     *
     * @param thrown the exception
     */
    record Failure(Throwable thrown) implements ExitReason {
        /** Takes the text of the exception. */
        public Failure {
            ForeignText.take(Objects.requireNonNull(thrown, "cause must not be null"));
        }

        @Override
        public Optional<Throwable> cause() {
            return Optional.of(thrown);
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // the equals of an exception is foreign code
        public boolean equals(@Nullable Object other) {
            return other instanceof Failure that && thrown == that.thrown;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(thrown);
        }

        @Override
        public String toString() {
            return ForeignText.of(thrown);
        }
    }

    /**
     * Any other reason.
     *
     * @param value any value
     */
    record Other(Object value) implements ExitReason {
        /** Takes the text of the value. */
        public Other {
            ForeignText.take(Objects.requireNonNull(value, "value must not be null"));
        }

        @Override
        public Optional<Throwable> cause() {
            return value instanceof Throwable thrown ? Optional.of(thrown) : Optional.empty();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Other that && ForeignText.areEqual(value, that.value);
        }

        @Override
        public int hashCode() {
            return ForeignText.hashOf(value);
        }

        @Override
        public String toString() {
            return ForeignText.of(value);
        }
    }
}
