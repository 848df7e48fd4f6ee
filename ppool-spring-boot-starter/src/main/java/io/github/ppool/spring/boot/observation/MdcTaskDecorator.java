package io.github.ppool.spring.boot.observation;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.pool.PoolTaskDecorator;
import io.github.ppool.pool.WorkerFunction;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Runs each attempt of a task with the MDC that the calling thread had when it handed the task over. A task of a caller
 * without an MDC stays as it is.
 *
 * <p>If the entries can't be set, the attempt fails, and the task does not run. If the former ones can't be put back,
 * the failure is logged, and the outcome of the task stays.
 */
public final class MdcTaskDecorator implements PoolTaskDecorator {

    /** The name of the foreign code in the log. */
    private static final String MDC_END = "The end of the MDC of a task";

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
            try {
                MDC.setContextMap(ofCaller);
                return task.call(worker);
            } finally {
                ForeignCode.tell(MDC_END, () -> putBack(before)); // the task has its outcome
            }
        };
    }

    private static void putBack(@Nullable Map<String, String> before) {
        if (before == null) {
            MDC.clear();
        } else {
            MDC.setContextMap(before);
        }
    }
}
