package io.github.ppool.process;

import io.github.ppool.guard.ForeignText;
import org.jspecify.annotations.Nullable;

/** What came of starting a process. Stands for what OTP's {@code start_link} functions return. */
public sealed interface StartResult {

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
