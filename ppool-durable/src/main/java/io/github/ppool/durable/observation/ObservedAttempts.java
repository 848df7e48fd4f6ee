package io.github.ppool.durable.observation;

import io.github.ppool.durable.engine.AttemptHook;
import io.github.ppool.durable.store.ClaimedTask;
import io.github.ppool.guard.ForeignCode;
import io.github.ppool.spring.boot.observation.GuardedScope;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes each attempt of a durable task an observation, on the worker's process and around the transaction. Handlers of
 * observations are foreign code: their exceptions are logged and do not fail the attempt.
 *
 * <p>Any thread may call the methods.
 */
public final class ObservedAttempts implements AttemptHook {

    private final ObservationRegistry registry;
    private final DurableAttemptObservationConvention convention;
    private final Supplier<@Nullable String> trace;

    /**
     * Makes a hook.
     *
     * @param registry the registry of the observations
     * @param convention the names and tags of the observations
     * @param trace the trace context of the calling thread as {@code traceparent} has it, or null
     */
    public ObservedAttempts(
            ObservationRegistry registry,
            DurableAttemptObservationConvention convention,
            Supplier<@Nullable String> trace) {
        this.registry = Objects.requireNonNull(registry, "registry must not be null");
        this.convention = Objects.requireNonNull(convention, "convention must not be null");
        this.trace = Objects.requireNonNull(trace, "trace must not be null");
    }

    @Override
    public @Nullable String trace() {
        Held held = new Held();
        ForeignCode.tell(this, () -> held.trace = trace.get());
        return held.trace;
    }

    private static final class Held {
        private @Nullable String trace;
    }

    @Override
    public void around(ClaimedTask row, Attempt attempt) throws Throwable {
        if (registry.isNoop()) {
            attempt.run();
            return;
        }
        Observed observed = new Observed(row);
        observed.begin();
        try {
            attempt.run();
        } catch (Throwable failure) {
            observed.failed(failure);
            throw failure;
        } finally {
            observed.end();
        }
    }

    private final class Observed {
        private final DurableAttemptObservationContext context;
        private @Nullable Observation observation;
        private @Nullable GuardedScope scope;

        private Observed(ClaimedTask row) {
            this.context = new DurableAttemptObservationContext(row);
        }

        private void begin() {
            ForeignCode.tell(ObservedAttempts.this, () -> {
                Observation made = Observation.createNotStarted(convention, () -> context, registry);
                observation = made;
                made.start();
            });
            if (observation != null) {
                scope = GuardedScope.open(ObservedAttempts.this, registry, observation);
            }
        }

        private void failed(Throwable failure) {
            if (observation != null) {
                Observation begun = observation;
                ForeignCode.tell(ObservedAttempts.this, () -> begun.error(failure));
            }
        }

        private void end() {
            context.end();
            if (scope != null) {
                scope.close();
            }
            if (observation != null) {
                ForeignCode.tell(ObservedAttempts.this, observation::stop);
            }
        }
    }

    @Override
    public String toString() {
        return "The observation of a durable task";
    }
}
