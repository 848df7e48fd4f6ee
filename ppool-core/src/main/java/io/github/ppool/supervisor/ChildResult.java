package io.github.ppool.supervisor;

import io.github.ppool.guard.ForeignText;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a supervisor to a start, restart, termination or deletion, an immutable value. Stands for OTP's
 * answers.
 */
public sealed interface ChildResult {

    /**
     * Returns true if the request has been carried out.
     *
     * @return false for {@link Refused} and {@link Failed}
     */
    default boolean isOk() {
        return !(this instanceof Refused || this instanceof Failed);
    }

    /**
     * The child runs: <code>{ok, Pid}</code>.
     *
     * @param pid the process of the child
     * @param info the value that the child passed to its starter; null if there is none
     */
    record Started(Pid pid, @Nullable Object info) implements ChildResult {

        /** The value is foreign: its text is bounded, and its {@code toString} may throw. */
        @Override
        public String toString() {
            return "Started[pid=" + pid + ", info=" + ForeignText.of(info) + "]";
        }
    }

    /** The child had no work; its specification is kept unless it is temporary: <code>{ok, undefined}</code>. */
    enum Ignored implements ChildResult {
        /** The one instance. */
        INSTANCE;

        @Override
        public String toString() {
            return "ignored";
        }
    }

    /**
     * The child's start has asked for a later try, see {@link io.github.ppool.process.StartLaterException}. The
     * supervisor knows the child and will start it again. Stands for director's <code>{ok, restarting}</code>.
     *
     * @param delay the time until then
     */
    record Restarting(Duration delay) implements ChildResult {}

    /** The request has been carried out: {@code ok}. */
    enum Done implements ChildResult {
        /** The one instance. */
        INSTANCE;

        @Override
        public String toString() {
            return "ok";
        }
    }

    /**
     * The request can't be carried out, and has no effect: <code>{error, Why}</code>.
     *
     * @param why the rule
     * @param pid the process that is in the way; null if there is none
     */
    record Refused(Why why, @Nullable Pid pid) implements ChildResult {}

    /**
     * The child could not be started: <code>{error, Reason}</code>. A new child is not added.
     *
     * @param reason the reason
     */
    record Failed(ExitReason reason) implements ChildResult {}

    /** The reason of a refusal. */
    enum Why {
        /** A child with that id runs. */
        ALREADY_STARTED,
        /** A child with that id exists and does not run. */
        ALREADY_PRESENT,
        /** The child runs. */
        RUNNING,
        /**
         * The child is about to be restarted. Also the answer of {@code restartChild} if the start has asked for a
         * later try.
         */
        RESTARTING,
        /** No such child exists. */
        NOT_FOUND,
        /** Children of that strategy are not named by id, or all come from the template. */
        SIMPLE_ONE_FOR_ONE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
