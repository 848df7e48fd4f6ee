package io.github.ppool.supervisor;

import io.github.ppool.guard.ForeignText;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a supervisor answers to start, restart, terminate and delete. Stands for OTP's answers. */
public sealed interface ChildResult {

    /**
     * Whether what was asked has been done.
     *
     * @return false for {@link Refused} and {@link Failed}
     */
    default boolean isOk() {
        return !(this instanceof Refused || this instanceof Failed);
    }

    /**
     * The child runs: <code>{ok, Pid}</code>.
     *
     * @param pid its process
     * @param info what it told its starter, if anything
     */
    record Started(Pid pid, @Nullable Object info) implements ChildResult {

        /** What the child told is foreign: its text is bounded, and it may throw. */
        @Override
        public String toString() {
            return "Started[pid=" + pid + ", info=" + ForeignText.of(info) + "]";
        }
    }

    /** The child had nothing to do; its specification is kept unless it is temporary: <code>{ok, undefined}</code>. */
    enum Ignored implements ChildResult {
        /** The one instance. */
        INSTANCE;

        @Override
        public String toString() {
            return "ignored";
        }
    }

    /**
     * The child's start has asked for a later try, see {@link io.github.ppool.process.StartLaterException}: the child
     * is known, does not run, and will be started again by the supervisor. director's <code>{ok, restarting}</code>.
     *
     * @param delay in which time
     */
    record Restarting(Duration delay) implements ChildResult {}

    /** It has been done: {@code ok}. */
    enum Done implements ChildResult {
        /** The one instance. */
        INSTANCE;

        @Override
        public String toString() {
            return "ok";
        }
    }

    /**
     * It can't be done, and nothing was changed: <code>{error, Why}</code>.
     *
     * @param why the rule
     * @param pid the process that is in the way, if any
     */
    record Refused(Why why, @Nullable Pid pid) implements ChildResult {}

    /**
     * The child could not be started: <code>{error, Reason}</code>. A child that was to be added is not.
     *
     * @param reason why
     */
    record Failed(ExitReason reason) implements ChildResult {}

    /** Why something is refused. */
    enum Why {
        /** A child with that id runs. */
        ALREADY_STARTED,
        /** A child with that id is there, and does not run. */
        ALREADY_PRESENT,
        /** The child runs. */
        RUNNING,
        /**
         * The child is about to be restarted; also by {@code restartChild} when its start has asked for a later try.
         */
        RESTARTING,
        /** There is no such child. */
        NOT_FOUND,
        /** Children of that strategy are not named by id, or all come from the template. */
        SIMPLE_ONE_FOR_ONE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
