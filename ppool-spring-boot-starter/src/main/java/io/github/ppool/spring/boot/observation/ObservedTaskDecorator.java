package io.github.ppool.spring.boot.observation;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.pool.PoolTaskDecorator;
import io.github.ppool.pool.WorkerFunction;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Makes each attempt of a handed-over task an observation, on the worker's process. Its parent is the observation that
 * was current when the task was handed over. The parent may have ended long ago.
 */
public final class ObservedTaskDecorator implements PoolTaskDecorator {

    private final ObservationRegistry registry;
    private final PoolTaskObservationConvention convention;

    /**
     * Makes a decorator.
     *
     * @param registry the registry of the observations
     * @param convention the names and tags of the observations
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
            Attempt attempt = new Attempt(pool, attempts.incrementAndGet());
            attempt.begin(ofCaller);
            try {
                return task.call(worker);
            } catch (Throwable failure) {
                attempt.failed(failure);
                throw failure;
            } finally {
                attempt.end();
            }
        };
    }

    /**
     * One attempt as an observation. Handlers of observations are foreign code: their exceptions are logged and do not
     * fail the task.
     */
    private final class Attempt {
        private final PoolTaskObservationContext context;
        private @Nullable Observation observation;
        private @Nullable GuardedScope scope;

        private Attempt(String pool, int number) {
            this.context = new PoolTaskObservationContext(pool, number);
        }

        private void begin(@Nullable Observation parent) {
            ForeignCode.tell(this, () -> {
                Observation made = Observation.createNotStarted(convention, () -> context, registry)
                        .parentObservation(parent);
                observation = made;
                made.start();
            });
            if (observation != null) {
                scope = GuardedScope.open(this, registry, observation);
            }
        }

        private void failed(Throwable failure) {
            if (observation != null) {
                Observation begun = observation;
                ForeignCode.tell(this, () -> begun.error(failure));
            }
        }

        private void end() {
            context.end();
            if (scope != null) {
                scope.close();
            }
            if (observation != null) {
                ForeignCode.tell(this, observation::stop);
            }
        }

        @Override
        public String toString() {
            return "The observation of a task";
        }
    }
}
