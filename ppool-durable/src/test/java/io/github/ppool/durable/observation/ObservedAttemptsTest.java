package io.github.ppool.durable.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.durable.engine.AttemptHook;
import io.github.ppool.durable.store.ClaimedTask;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.test.simple.SimpleSpan;
import io.micrometer.tracing.test.simple.SimpleTracer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The observation of attempts, and the link of their spans to the request that handed the task over. */
class ObservedAttemptsTest {

    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final ObservationRegistry registry = ObservationRegistry.create();
    private final SimpleTracer tracer = new SimpleTracer();
    private final List<Observation.Context> stopped = new ArrayList<>();
    private final ObservedAttempts hook = new ObservedAttempts(
            registry, new DurableAttemptObservationConvention(), () -> TraceParent.of(tracer));

    private static ClaimedTask task(@Nullable String trace) {
        return new ClaimedTask(7, "smtp", "send-mail", 1, null, null, 0, Instant.EPOCH, Duration.ZERO, 3, 0, null,
                null, null, trace);
    }

    private void observed() {
        registry.observationConfig().observationHandler(new ObservationHandler<>() {
            @Override
            public void onStop(Observation.Context context) {
                stopped.add(context);
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
    }

    private void traced() {
        registry.observationConfig().observationHandler(new LinkedAttemptHandler(tracer));
    }

    @Test
    void an_attempt_is_an_observation_with_its_names_and_tags() throws Throwable {
        observed();
        AtomicInteger runs = new AtomicInteger();
        hook.around(task(null), () -> {
            runs.incrementAndGet();
            assertThat(registry.getCurrentObservation()).isNotNull();
        });
        assertThat(runs).hasValue(1);
        assertThat(registry.getCurrentObservation()).isNull();
        assertThat(stopped).singleElement().satisfies(context -> {
            assertThat(context.getName()).isEqualTo("ppool.durable.attempt");
            assertThat(context.getContextualName()).isEqualTo("durable task send-mail");
            assertThat(context.getAllKeyValues()).containsExactlyInAnyOrder(
                    KeyValue.of("pool", "smtp"), KeyValue.of("task", "send-mail"), KeyValue.of("outcome", "SUCCESS"),
                    KeyValue.of("id", "7"), KeyValue.of("attempt", "3"));
            assertThat(context.getHighCardinalityKeyValues()).extracting(KeyValue::getKey)
                    .containsExactlyInAnyOrder("id", "attempt");
        });
    }

    @Test
    void a_failure_is_the_error_of_the_observation_and_goes_on_as_it_is() {
        observed();
        IOException failure = new IOException("broken");
        assertThatThrownBy(() -> hook.around(task(null), () -> {
            throw failure;
        })).isSameAs(failure);
        assertThat(stopped).singleElement().satisfies(context -> {
            assertThat(context.getError()).isSameAs(failure);
            assertThat(context.getLowCardinalityKeyValue("outcome").getValue()).isEqualTo("ERROR");
        });
    }

    @Test
    void a_handler_that_throws_changes_nothing() throws Throwable {
        registry.observationConfig().observationHandler(new ObservationHandler<>() {
            @Override
            public void onStart(Observation.Context context) {
                throw new IllegalStateException("onStart");
            }

            @Override
            public void onScopeOpened(Observation.Context context) {
                throw new IllegalStateException("onScopeOpened");
            }

            @Override
            public void onScopeClosed(Observation.Context context) {
                throw new IllegalStateException("onScopeClosed");
            }

            @Override
            public void onStop(Observation.Context context) {
                throw new IllegalStateException("onStop");
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
        AtomicInteger runs = new AtomicInteger();
        hook.around(task(null), runs::incrementAndGet);
        assertThat(runs).hasValue(1);
        assertThat(registry.getCurrentObservation()).isNull();
    }

    @Test
    void without_handlers_the_attempt_is_run_and_no_more() throws Throwable {
        AtomicInteger runs = new AtomicInteger();
        new ObservedAttempts(ObservationRegistry.NOOP, new DurableAttemptObservationConvention(), () -> null)
                .around(task(null), runs::incrementAndGet);
        assertThat(runs).hasValue(1);
    }

    @Test
    void the_span_of_an_attempt_is_linked_to_the_request_and_begins_a_trace_of_its_own() throws Throwable {
        traced();
        hook.around(task(TRACE), () -> assertThat(tracer.currentSpan()).isNotNull());
        SimpleSpan span = tracer.onlySpan();
        assertThat(span.getName()).isEqualTo("durable task send-mail");
        assertThat(span.getTags()).containsEntry("id", "7").containsEntry("outcome", "SUCCESS");
        assertThat(span.getLinks()).singleElement().satisfies(link -> {
            assertThat(link.getTraceContext().traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
            assertThat(link.getTraceContext().spanId()).isEqualTo("b7ad6b7169203331");
            assertThat(link.getTraceContext().sampled()).isTrue();
        });
        assertThat(span.getTraceId()).isNotEqualTo("0af7651916cd43dd8448eb211c80319c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00-xyz", "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"})
    void a_trace_that_can_not_be_read_is_no_link(String trace) throws Throwable {
        traced();
        hook.around(task(trace), () -> {});
        assertThat(tracer.onlySpan().getLinks()).isEmpty();
    }

    @Test
    void the_trace_of_the_request_is_that_of_the_calling_thread() {
        assertThat(hook.trace()).isNull();
        SimpleSpan span = tracer.nextSpan().start();
        try (Tracer.SpanInScope scope = tracer.withSpan(span)) {
            assertThat(scope).isNotNull();
            assertThat(hook.trace())
                    .matches("00-0*" + span.context().traceId() + "-" + span.context().spanId() + "-0[01]");
        }
    }

    @Test
    void a_tracer_that_throws_fails_no_hand_over() {
        AttemptHook broken = new ObservedAttempts(registry, new DurableAttemptObservationConvention(), () -> {
            throw new IllegalStateException("no tracer");
        });
        assertThat(broken.trace()).isNull();
    }
}
