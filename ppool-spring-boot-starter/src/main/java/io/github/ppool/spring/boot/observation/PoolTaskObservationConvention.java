package io.github.ppool.spring.boot.observation;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * How the observations of handed-over tasks are named and tagged: {@value #NAME} with {@code pool} and {@code outcome}
 * ({@code SUCCESS}, {@code ERROR}, and {@code UNKNOWN} while it runs) for metrics and traces, and {@code attempt} for
 * traces. A bean of this type or of a subtype takes the place of these.
 */
public class PoolTaskObservationConvention implements ObservationConvention<PoolTaskObservationContext> {

    /** The name of the observation, and of the timer that Spring Boot makes of it. */
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
