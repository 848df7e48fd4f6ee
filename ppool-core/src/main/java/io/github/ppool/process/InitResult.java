package io.github.ppool.process;

import io.github.ppool.guard.ForeignText;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a process's initialisation, an immutable value. Stands for the values that OTP's {@code init}
 * call-backs return.
 *
 * @see ProcessInit
 */
public sealed interface InitResult {

    /**
     * The process is ready and goes on with the body.
     *
     * @param body the code of the process from now on
     * @return OTP's <code>{ok, State}</code>
     */
    static InitResult ok(ProcessBody body) {
        return new Ok(body, null);
    }

    /**
     * The process is ready and passes a value to its starter.
     *
     * @param body the code of the process from now on
     * @param info the value for the starter
     * @return the counterpart of OTP's <code>{ok, Pid, Info}</code>
     */
    static InitResult ok(ProcessBody body, Object info) {
        return new Ok(body, info);
    }

    /**
     * The process has no work and ends. This is no failure.
     *
     * @return OTP's {@code ignore}
     */
    static InitResult ignore() {
        return Ignore.INSTANCE;
    }

    /**
     * The process can't begin its work and ends. An exception thrown by {@code init} has the same effect, with the
     * exception as the reason.
     *
     * @param reason the exit reason
     * @return OTP's <code>{stop, Reason}</code>
     */
    static InitResult stop(ExitReason reason) {
        return new Stop(reason);
    }

    /**
     * The process is ready.
     *
     * @param body the code of the process from now on
     * @param info the value for the starter; null if there is none
     */
    record Ok(ProcessBody body, @Nullable Object info) implements InitResult {

        /** The value is foreign: its text is bounded, and its {@code toString} may throw. */
        @Override
        public String toString() {
            return "Ok[info=" + ForeignText.of(info) + "]";
        }
    }

    /** The process has no work. */
    enum Ignore implements InitResult {
        /** The one instance. */
        INSTANCE
    }

    /**
     * The initialisation failed.
     *
     * @param reason the exit reason
     */
    record Stop(ExitReason reason) implements InitResult {}
}
