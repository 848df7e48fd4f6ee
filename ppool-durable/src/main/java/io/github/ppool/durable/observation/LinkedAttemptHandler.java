package io.github.ppool.durable.observation;

import io.micrometer.observation.Observation;
import io.micrometer.tracing.Link;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler;
import java.util.Objects;

/**
 * Makes a span of each attempt, with a link to the span that handed the task over. The attempt begins a trace of its
 * own, since it may come days later and more than once; within the observation of a pool's task it is a child of that.
 */
public final class LinkedAttemptHandler implements TracingObservationHandler<DurableAttemptObservationContext> {

    private final Tracer tracer;

    /**
     * Makes a handler.
     *
     * @param tracer makes the spans
     */
    public LinkedAttemptHandler(Tracer tracer) {
        this.tracer = Objects.requireNonNull(tracer, "tracer must not be null");
    }

    @Override
    public void onStart(DurableAttemptObservationContext context) {
        Span.Builder builder = tracer.spanBuilder().name(getSpanName(context)).kind(Span.Kind.CONSUMER);
        Span parent = getParentSpan(context);
        if (parent == null) {
            builder.setNoParent();
        } else {
            builder.setParent(parent.context());
        }
        TraceParent.read(tracer, context.trace()).ifPresent(trace -> builder.addLink(new Link(trace)));
        getTracingContext(context).setSpan(builder.start());
    }

    @Override
    public void onStop(DurableAttemptObservationContext context) {
        Span span = getRequiredSpan(context);
        span.name(getSpanName(context));
        tagSpan(context, span);
        endSpan(context, span);
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof DurableAttemptObservationContext;
    }

    @Override
    public Tracer getTracer() {
        return tracer;
    }
}
