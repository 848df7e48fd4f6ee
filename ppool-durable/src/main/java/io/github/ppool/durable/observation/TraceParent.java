package io.github.ppool.durable.observation;

import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Trace contexts as the header {@code traceparent} of the W3C has them. */
final class TraceParent {

    private static final int TRACE = 32;
    private static final Pattern FORMAT = Pattern.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})");
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{1,32}");

    private TraceParent() {}

    /** The context of the calling thread; null if it has none. */
    static @Nullable String of(Tracer tracer) {
        TraceContext context = tracer.currentTraceContext().context();
        if (context == null || !HEX.matcher(context.traceId()).matches() || !HEX.matcher(context.spanId()).matches()) {
            return null; // the context of a tracer that is switched off has empty ids
        }
        String trace = context.traceId();
        return "00-" + "0".repeat(TRACE - trace.length()) + trace + "-" + context.spanId() + "-"
                + (Boolean.TRUE.equals(context.sampled()) ? "01" : "00");
    }

    /** The context of a text; empty if it is not in the format. */
    static Optional<TraceContext> read(Tracer tracer, @Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        Matcher parts = FORMAT.matcher(text);
        return !parts.matches()
                ? Optional.empty()
                : Optional.of(tracer.traceContextBuilder()
                        .traceId(parts.group(1))
                        .spanId(parts.group(2))
                        .sampled((Integer.parseInt(parts.group(3), 16) & 1) == 1)
                        .build());
    }
}
