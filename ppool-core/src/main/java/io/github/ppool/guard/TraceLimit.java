package io.github.ppool.guard;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Limits the stack traces of repeated failures: the first of each kind is printed, and then each {@value #EACH}th. The
 * lines themselves are not limited. Any thread.
 */
public final class TraceLimit {

    /** One of this many failures of a kind has its stack trace in the log. */
    public static final int EACH = 100;

    /**
     * The number of kinds that are distinguished. All others are one, so that generated classes do not fill the memory.
     */
    private static final int MOST_KINDS = 200;

    private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();

    /** Makes a limit without any failure yet. */
    public TraceLimit() {}

    /**
     * Counts a failure.
     *
     * @param of the subject of the failure, if there are several under one limit; may be empty
     * @param failure the failure; its kind is its class
     * @return the exception for the logging system; null if the trace is left out this time
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
