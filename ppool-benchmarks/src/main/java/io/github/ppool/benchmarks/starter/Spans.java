package io.github.ppool.benchmarks.starter;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.concurrent.Executor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.TaskExecutor;

/**
 * Observations around the tasks of Spring's executor, with as many tags as a pool's have: the usual code to see each
 * task in a trace. Only loaded where Micrometer is on the class path.
 */
final class Spans {

    private Spans() {}

    /**
     * The executor with a decorator that makes each task an observation, child of the one that was current at the
     * caller's.
     */
    static Executor observing(Application application, TaskExecutor executor) {
        ObservationRegistry registry = application.bean(ObservationRegistry.class);
        TaskDecorator decorator = task -> {
            Observation parent = registry.getCurrentObservation();
            return () -> {
                Observation observation = Observation.createNotStarted("office.task.execution", registry)
                        .contextualName("task office")
                        .parentObservation(parent)
                        .lowCardinalityKeyValues(KeyValues.of("pool", "office", "outcome", "UNKNOWN"))
                        .highCardinalityKeyValue("attempt", "1");
                observation.observe(() -> {
                    task.run();
                    observation.lowCardinalityKeyValue("outcome", "SUCCESS");
                });
            };
        };
        return task -> executor.execute(decorator.decorate(task));
    }
}
