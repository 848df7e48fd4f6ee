package io.github.ppool.process;

import io.github.ppool.guard.ForeignText;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a process's start, an immutable value. Stands for the values that OTP's {@code start_link} functions
 * return.
 */
public sealed interface StartResult {

    /**
     * The child can't be started now, and its supervisor is to try again later. The same as to throw a {@link
     * StartLaterException}. Stands for director's <code>{restart, Ms}</code>.
     *
     * @param delay the time to wait; a negative time counts as zero, and a time beyond 292 years is cut to that
     * @return a {@link Failed} whose cause is a {@link StartLaterException}
     */
    static StartResult later(Duration delay) {
        return new Failed(ExitReason.failure(new StartLaterException(delay)));
    }

    /**
     * The process runs and is ready.
     *
     * @param pid the process
     * @param info the value that the process passed to its starter; null if there is none
     */
    record Started(Pid pid, @Nullable Object info) implements StartResult {

        /** The value is foreign: its text is bounded, and its {@code toString} may throw. */
        @Override
        public String toString() {
            return "Started[pid=" + pid + ", info=" + ForeignText.of(info) + "]";
        }
    }

    /** The process had no work and has ended: OTP's {@code ignore}. */
    enum Ignored implements StartResult {
        /** The one instance. */
        INSTANCE
    }

    /**
     * The process could not begin its work and has ended: OTP's <code>{error, Reason}</code>.
     *
     * @param reason its exit reason
     */
    record Failed(ExitReason reason) implements StartResult {}
}
