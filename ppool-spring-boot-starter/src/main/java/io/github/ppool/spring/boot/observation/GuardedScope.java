package io.github.ppool.spring.boot.observation;

import io.github.ppool.guard.ForeignCode;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The scope of an observation on the thread of a worker. Handlers of observations are foreign code: their exceptions
 * are logged and fail nothing. If a handler throws, the observation may stay the current one of the thread. The end of
 * this scope makes the former one current in any case, so that the next task of the worker has no foreign parent.
 *
 * <p>A handler that comes after one that throws is not told of the scope: the library of observations leaves it out.
 *
 * <p>One thread opens and closes a scope.
 */
public final class GuardedScope {

    private final Object observer;
    private final ObservationRegistry registry;
    private Observation.@Nullable Scope before;
    private Observation.@Nullable Scope opened;

    private GuardedScope(Object observer, ObservationRegistry registry) {
        this.observer = observer;
        this.registry = registry;
    }

    /**
     * Makes an observation the current one of the calling thread. Throws nothing.
     *
     * @param observer the library's description of the handlers, for the log
     * @param registry the registry of the observation
     * @param observation the observation, which has started
     * @return the scope, which must be closed
     */
    public static GuardedScope open(Object observer, ObservationRegistry registry, Observation observation) {
        GuardedScope scope = new GuardedScope(
                Objects.requireNonNull(observer, "observer must not be null"),
                Objects.requireNonNull(registry, "registry must not be null"));
        scope.begin(Objects.requireNonNull(observation, "observation must not be null"));
        return scope;
    }

    private void begin(Observation observation) {
        ForeignCode.tell(observer, () -> before = registry.getCurrentObservationScope());
        ForeignCode.tell(observer, () -> opened = observation.openScope());
        if (opened == null) {
            // a handler has thrown: the scope is there, and the handlers before that one know it
            ForeignCode.tell(observer, () -> {
                Observation.Scope now = registry.getCurrentObservationScope();
                opened = isFormer(now) ? null : now;
            });
        }
    }

    /** Makes the former observation the current one again. Throws nothing. */
    public void close() {
        if (opened != null) {
            ForeignCode.tell(observer, opened::close);
        }
        ForeignCode.tell(observer, () -> {
            if (!isFormer(registry.getCurrentObservationScope())) {
                registry.setCurrentObservationScope(before);
            }
        });
    }

    @SuppressWarnings("ReferenceEquality") // the very scope
    private boolean isFormer(Observation.@Nullable Scope now) {
        return now == before;
    }
}
