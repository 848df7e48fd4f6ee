package io.github.ppool.spring.boot.settings;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The setting of a pool that is an executor of Spring. It is part of {@link PoolProperties}. */
@SuppressWarnings("doclint:missing") // the comment of a property is that of its field
public abstract class ExecutorProperties extends QueueProperties {

    /**
     * Whether the pool is an executor of Spring, too: its bean is found by @Async with the name of the pool. Such a
     * pool needs no worker.
     */
    private @Nullable Boolean executor;

    ExecutorProperties() {}

    public @Nullable Boolean getExecutor() {
        return executor;
    }

    public void setExecutor(@Nullable Boolean executor) {
        this.executor = executor;
    }

    @Override
    void addTo(List<@Nullable Object> values) {
        super.addTo(values);
        values.add(executor);
    }
}
