package io.github.ppool.spring.boot.observation;

import io.github.ppool.pool.PoolTaskDecorator;
import io.github.ppool.pool.WorkerFunction;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Runs each attempt of a task with the MDC that the calling thread had when it handed the task over. A task of a caller
 * without an MDC stays as it is.
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
