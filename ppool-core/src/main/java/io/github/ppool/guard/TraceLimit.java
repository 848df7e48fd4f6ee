package io.github.ppool.guard;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Which stack traces are printed of failures that come again and again: the first of each kind, and then each {@value
 * #EACH}th. The lines themselves are not limited. Any thread.
 */
public final class TraceLimit {

    /** Of so many failures of one kind one has its stack trace in the log. */
    public static final int EACH = 100;

    /** So many kinds are told apart; all others are one, so that made-up classes do not fill the memory. */
    private static final int MOST_KINDS = 200;

    private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();

    /** Nothing was printed yet. */
    public TraceLimit() {}

    /**
     * Counts a failure.
     *
     * @param of what has failed, if there are several under one limit; may be empty
     * @param failure what was thrown; a kind is its class
     * @return what the logging system is to print, null if the trace is left out this time
     */
    public @Nullable Throwable trace(String of, FailureText failure) {
        String kind = failure.className() + " " + of;
        AtomicLong count = counts.get(kind);
        if (count == null) {
            count = counts.computeIfAbsent(counts.size() < MOST_KINDS ? kind : "", unused -> new AtomicLong());
        }
        return count.getAndIncrement() % EACH == 0 ? failure.loggable() : null;
    }

    @Override
    public String toString() {
        return "TraceLimit" + counts;
    }
}
