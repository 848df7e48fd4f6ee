package io.github.ppool.spring.boot.lifecycle;

import io.github.ppool.spring.boot.DurablePools;
import io.github.ppool.spring.boot.DurableSettings;
import java.util.Set;

/** The pools of a context and of the contexts above, for the module that runs durable tasks. */
public final class DurablePoolsOfContext implements DurablePools {

    private final ConfiguredPools configured;

    /**
     * The pools of a context.
     *
     * @param configured the configured pools
     */
    public DurablePoolsOfContext(ConfiguredPools configured) {
        this.configured = configured;
    }

    @Override
    public Set<String> names() {
        return configured.atStart();
    }

    @Override
    public DurableSettings settings(String pool) {
        return configured.durable(pool);
    }
}
