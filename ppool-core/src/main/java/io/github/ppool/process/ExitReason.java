package io.github.ppool.process;

import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.ForeignText;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a process ended, or what an exit signal carries. An immutable value with {@code equals}; {@code toString} writes
 * it as OTP would. What it holds may be foreign: its text is taken when the reason is made, on that thread and within
 * limits, and a {@code toString}, {@code equals} or {@code hashCode} of it that throws does no harm.
 *
 * <p>Stands for the reason term of Erlang's exit signals.
 */
public sealed interface ExitReason {

    /** The process did what it was there for. Others ignore such an exit signal unless they trap exits. */
    ExitReason NORMAL = new Word("normal");

    /** The process was asked to end by its supervisor, or ended in good order of its own will. */
    ExitReason SHUTDOWN = new Word("shutdown");

    /**
     * As the reason of a signal sent with {@code exit}: ends the receiver whether it traps exits or not, and the
     * receiver's own reason is then {@link #KILLED}. As the reason that a process ended with it has no such power over
     * those linked to it.
     */
    ExitReason KILL = new Word("kill");

    /** The process received {@link #KILL}. */
    ExitReason KILLED = new Word("killed");

    /** There is, or was at that moment, no such process. */
    ExitReason NOPROC = new Word("noproc");

    /**
     * An orderly end with something to say: OTP's <code>{shutdown, Detail}</code>.
     *
     * @param detail any value, best immutable
     * @return the reason
     */
    static ExitReason shutdown(Object detail) {
        return new ShutdownWith(detail);
    }

    /**
     * The end of a process whose code threw.
     *
     * @param cause what was thrown
     * @return the reason
     */
    static ExitReason failure(Throwable cause) {
        return new Failure(cause);
    }

    /**
     * Any other reason, an abnormal one. A string that is one of OTP's own words gives the constant of that name.
     *
     * @param value any value, best immutable
     * @return the reason
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
     * Whether this is {@link #NORMAL}.
     *
     * @return true for {@link #NORMAL} alone
     */
    default boolean isNormal() {
        return this == NORMAL;
    }

    /**
     * Whether OTP counts this as an orderly end, after which a transient child is not restarted.
     *
     * @return true for {@link #NORMAL}, {@link #SHUTDOWN} and {@link ShutdownWith}
     */
    default boolean isOrderly() {
        return this == NORMAL || this == SHUTDOWN || this instanceof ShutdownWith;
    }

    /**
     * The exception behind this reason.
     *
     * @return what was thrown, or empty where nothing was
     */
    default Optional<Throwable> cause() {
        return Optional.empty();
    }

    /**
     * What is told of the exception behind this reason. It was taken when this reason was made, so that reports need
     * not ask the exception.
     *
     * @return its text, or empty where nothing was thrown
     */
    default Optional<FailureText> causeText() {
        return cause().map(FailureText::of);
    }

    /**
     * One of the reasons that the runtime itself knows by name; its instances are the constants of {@link ExitReason}.
     */
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
     * The code of the process threw. Equal to another one with the very same exception.
     *
     * @param thrown what it threw
     */
    record Failure(Throwable thrown) implements ExitReason {
        /** Takes the text of what was thrown. */
        public Failure {
            ForeignText.take(Objects.requireNonNull(thrown, "cause must not be null"));
        }

        @Override
        public Optional<Throwable> cause() {
            return Optional.of(thrown);
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // an exception may say what it likes of another one
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
