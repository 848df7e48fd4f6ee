package io.github.ppool.durable.engine;

import io.github.ppool.durable.store.TaskStore;
import io.github.ppool.durable.store.TaskStore.Backlog;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A store that only counts. */
public final class CountingStore {

    /** The number of questions. */
    public final AtomicInteger asked = new AtomicInteger();
    /** The answer, or an exception. */
    public volatile Supplier<Map<String, Backlog>> answer = Map::of;

    /** {@return the store} */
    public TaskStore store() {
        return (TaskStore) Proxy.newProxyInstance(
                TaskStore.class.getClassLoader(), new Class<?>[]{TaskStore.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("backlog")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    asked.incrementAndGet();
                    return answer.get();
                });
    }
}
