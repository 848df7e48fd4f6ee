package io.github.ppool.durable.observation;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * The names and tags of the observations of attempts. The name is {@value #NAME}. The tags {@code pool}, {@code task}
 * and {@code outcome} are for metrics and traces; the outcome is {@code SUCCESS} or {@code ERROR}, and {@code UNKNOWN}
 * while the attempt runs. The tags {@code id} and {@code attempt} are for traces. A bean of this type or of a subtype
 * replaces the convention.
 */
public class DurableAttemptObservationConvention implements ObservationConvention<DurableAttemptObservationContext> {

    /** The name of the observation, and of the timer that Spring Boot makes from it. */
    public static final String NAME = "ppool.durable.attempt";

    /** Makes a convention. */
    public DurableAttemptObservationConvention() {}

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public String getContextualName(DurableAttemptObservationContext context) {
        return "durable task " + context.name();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(DurableAttemptObservationContext context) {
        String outcome = context.getError() != null ? "ERROR" : context.isEnded() ? "SUCCESS" : "UNKNOWN";
        return KeyValues.of("pool", context.pool(), "task", context.name(), "outcome", outcome);
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(DurableAttemptObservationContext context) {
        return KeyValues.of("id", Long.toString(context.id()), "attempt", Integer.toString(context.attempt()));
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof DurableAttemptObservationContext;
    }
}
