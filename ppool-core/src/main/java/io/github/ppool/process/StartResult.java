package io.github.ppool.process;

import io.github.ppool.guard.ForeignText;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What came of starting a process. Stands for what OTP's {@code start_link} functions return. */
public sealed interface StartResult {

    /**
     * The child can't be started now; its supervisor is to try again after a time. The same as to throw a
     * {@link StartLaterException}. Stands for director's <code>{restart, Ms}</code>.
     *
     * @param delay how long to wait; a negative time counts as zero, and times beyond 292 years are cut to that
     * @return a {@link Failed} whose cause is a {@link StartLaterException}
     */
    static StartResult later(Duration delay) {
        return new Failed(ExitReason.failure(new StartLaterException(delay)));
    }

    /**
     * The process runs and is ready.
     *
     * @param pid who it is
     * @param info what it told its starter, if anything
     */
    record Started(Pid pid, @Nullable Object info) implements StartResult {

        /** What the process told is foreign: its text is bounded, and it may throw. */
        @Override
        public String toString() {
            return "Started[pid=" + pid + ", info=" + ForeignText.of(info) + "]";
        }
    }

    /** The process had nothing to do and has ended: OTP's {@code ignore}. */
    enum Ignored implements StartResult {
        /** The one instance. */
        INSTANCE
    }

    /**
     * The process could not begin its work and has ended: OTP's <code>{error, Reason}</code>.
     *
     * @param reason why
     */
    record Failed(ExitReason reason) implements StartResult {}
}
