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

    /** Null until there is a failure. */
    private volatile @Nullable Map<String, AtomicLong> counts;

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
        Map<String, AtomicLong> known = counts();
        AtomicLong count = known.get(kind);
        if (count == null) {
            count = known.computeIfAbsent(known.size() < MOST_KINDS ? kind : "", unused -> new AtomicLong());
        }
        return count.getAndIncrement() % EACH == 0 ? failure.loggable() : null;
    }

    private Map<String, AtomicLong> counts() {
        Map<String, AtomicLong> known = counts;
        if (known == null) {
            synchronized (this) {
                known = counts == null ? new ConcurrentHashMap<>() : counts;
                counts = known;
            }
        }
        return known;
    }

    @Override
    public String toString() {
        Map<String, AtomicLong> known = counts;
        return "TraceLimit" + (known == null ? Map.of() : known);
    }
}
