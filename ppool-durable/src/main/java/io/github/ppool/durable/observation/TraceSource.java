package io.github.ppool.durable.observation;

import org.jspecify.annotations.Nullable;

/** Tells the trace of the calling thread. A bean in an application with Micrometer's tracing. */
@FunctionalInterface
interface TraceSource {

    /** The trace context as {@code traceparent} has it; null if there is none. */
    @Nullable
    String current();
}
