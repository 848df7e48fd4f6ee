package io.github.ppool.process;

import io.github.ppool.guard.ForeignText;
import org.jspecify.annotations.Nullable;

/**
 * How the initialisation of a process ended. Stands for what OTP's {@code init} call-backs return.
 *
 * @see ProcessInit
 */
public sealed interface InitResult {

    /**
     * The process is ready; it goes on with the body.
     *
     * @param body what the process does from now on
     * @return OTP's <code>{ok, State}</code>
     */
    static InitResult ok(ProcessBody body) {
        return new Ok(body, null);
    }

    /**
     * The process is ready and tells its starter something.
     *
     * @param body what the process does from now on
     * @param info what the starter is to know
     * @return what becomes OTP's <code>{ok, Pid, Info}</code>
     */
    static InitResult ok(ProcessBody body, Object info) {
        return new Ok(body, info);
    }

    /**
     * There is nothing to do for this process; it ends, and nobody is to see a fault in it.
     *
     * @return OTP's {@code ignore}
     */
    static InitResult ignore() {
        return Ignore.INSTANCE;
    }

    /**
     * The process can't begin its work. Throwing from {@code init} says the same with the exception as the reason.
     *
     * @param reason why
     * @return OTP's <code>{stop, Reason}</code>
     */
    static InitResult stop(ExitReason reason) {
        return new Stop(reason);
    }

    /**
     * Ready.
     *
     * @param body what the process does from now on
     * @param info what the starter is to know, if anything
     */
    record Ok(ProcessBody body, @Nullable Object info) implements InitResult {

        /** What the process tells is foreign: its text is bounded, and it may throw. */
        @Override
        public String toString() {
            return "Ok[info=" + ForeignText.of(info) + "]";
        }
    }

    /** Nothing to do. */
    enum Ignore implements InitResult {
        /** The one instance. */
        INSTANCE
    }

    /**
     * Failed.
     *
     * @param reason why
     */
    record Stop(ExitReason reason) implements InitResult {}
}
