package io.github.ppool.spring.boot.observation;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * The names and tags of the observations of handed-over tasks. The name is {@value #NAME}. The tags {@code pool} and
 * {@code outcome} are for metrics and traces; the outcome is {@code SUCCESS} or {@code ERROR}, and {@code UNKNOWN}
 * while the attempt runs. The tag {@code attempt} is for traces. A bean of this type or of a subtype replaces the
 * convention.
 */
public class PoolTaskObservationConvention implements ObservationConvention<PoolTaskObservationContext> {

    /** The name of the observation, and of the timer that Spring Boot makes from it. */
    public static final String NAME = "ppool.task.execution";

    /** Makes a convention. */
    public PoolTaskObservationConvention() {}

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public String getContextualName(PoolTaskObservationContext context) {
        return "task " + context.pool();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(PoolTaskObservationContext context) {
        String outcome = context.getError() != null ? "ERROR" : context.isEnded() ? "SUCCESS" : "UNKNOWN";
        return KeyValues.of("pool", context.pool(), "outcome", outcome);
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(PoolTaskObservationContext context) {
        return KeyValues.of("attempt", Integer.toString(context.attempt()));
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof PoolTaskObservationContext;
    }
}
