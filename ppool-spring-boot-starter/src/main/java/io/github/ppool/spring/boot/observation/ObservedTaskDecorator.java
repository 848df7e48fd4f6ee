package io.github.ppool.spring.boot.observation;

import io.github.ppool.pool.PoolTaskDecorator;
import io.github.ppool.pool.WorkerFunction;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Makes each attempt of a handed-over task an observation, on the worker's process. Its parent is the observation that was current
 * where the task was handed over, which may have ended long ago.
 */
public final class ObservedTaskDecorator implements PoolTaskDecorator {

    private final ObservationRegistry registry;
    private final PoolTaskObservationConvention convention;

    /**
     * Makes a decorator.
     *
     * @param registry who observes
     * @param convention names and tags
     */
    public ObservedTaskDecorator(ObservationRegistry registry, PoolTaskObservationConvention convention) {
        this.registry = registry;
        this.convention = convention;
    }

    @Override
    public <W, R extends @Nullable Object> WorkerFunction<W, R, ?> decorate(
            String pool, WorkerFunction<W, R, ?> task) {
        if (registry.isNoop()) {
            return task;
        }
        Observation ofCaller = registry.getCurrentObservation();
        AtomicInteger attempts = new AtomicInteger();
        return worker -> {
            PoolTaskObservationContext context = new PoolTaskObservationContext(pool, attempts.incrementAndGet());
            Observation observation = Observation.createNotStarted(convention, () -> context, registry);
            return observation.parentObservation(ofCaller).observeChecked(() -> {
                try {
                    return task.call(worker);
                } finally {
                    context.end();
                }
            });
        };
    }
}
