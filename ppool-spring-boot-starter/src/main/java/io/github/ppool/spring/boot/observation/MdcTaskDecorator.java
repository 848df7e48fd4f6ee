package io.github.ppool.spring.boot.observation;

import io.github.ppool.pool.PoolTaskDecorator;
import io.github.ppool.pool.WorkerFunction;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Has each attempt of a task run with the MDC of the thread that handed the task over, as it was then. A task whose
 * caller has none is left as it is.
 */
public final class MdcTaskDecorator implements PoolTaskDecorator {

    /** Makes a decorator. */
    public MdcTaskDecorator() {}

    @Override
    public <W, R extends @Nullable Object> WorkerFunction<W, R, ?> decorate(
            String pool, WorkerFunction<W, R, ?> task) {
        Map<String, String> ofCaller = MDC.getCopyOfContextMap();
        if (ofCaller == null || ofCaller.isEmpty()) {
            return task;
        }
        return worker -> {
            Map<String, String> before = MDC.getCopyOfContextMap();
            MDC.setContextMap(ofCaller);
            try {
                return task.call(worker);
            } finally {
                if (before == null) {
                    MDC.clear();
                } else {
                    MDC.setContextMap(before);
                }
            }
        };
    }
}
