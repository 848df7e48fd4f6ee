package io.github.ppool.spring.boot.observe;

import io.github.ppool.guard.FailureText;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.spring.boot.SafeReason;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The content of an entry of the journal, before it has its place and time. Used by one thread. */
final class Note {

    /** The longest text that is not a value. */
    static final int LONGEST = 300;

    /** The longest message of an exception. */
    static final int LONGEST_MESSAGE = 500;

    /** The most frames of an exception. */
    static final int DEEPEST = 20;

    final String event;
    @Nullable
    String child;
    @Nullable
    Pid pid;
    @Nullable
    String reason;
    @Nullable
    String decision;
    @Nullable
    Duration backIn;
    @Nullable
    Long times;
    private @Nullable FailureText failure;

    Note(String event) {
        this.event = event;
    }

    Note child(String id) {
        child = cut(id, LONGEST);
        return this;
    }

    Note pid(Pid process) {
        pid = process;
        return this;
    }

    Note reason(ExitReason why) {
        failure = why.causeText().orElse(null);
        return reason(SafeReason.of(why));
    }

    Note reason(Throwable why) {
        FailureText text = FailureText.of(why);
        failure = text;
        return reason(SafeReason.of(text));
    }

    Note reason(String text) {
        reason = cut(text, LONGEST);
        return this;
    }

    /** The text and the place of an exception are values; its class is not worth telling. */
    Note values(Throwable taken) {
        failure = FailureText.of(taken);
        return this;
    }

    Note decision(String text) {
        decision = cut(text, LONGEST);
        return this;
    }

    Note backIn(Duration delay) {
        backIn = delay;
        return this;
    }

    Note times(long number) {
        times = number == 1 ? null : number;
        return this;
    }

    @Nullable
    String message() {
        return failure == null ? null : cut(failure.toString(), LONGEST_MESSAGE);
    }

    @Nullable
    List<String> stack() {
        return failure == null
                ? null
                : Arrays.stream(failure.loggable().getStackTrace())
                        .limit(DEEPEST)
                        .map(frame -> cut(frame.toString(), LONGEST))
                        .toList();
    }

    static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest) + "…";
    }
}
