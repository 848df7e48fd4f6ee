package io.github.ppool.spring.boot;

import io.github.ppool.pool.PoolSpec;

/**
 * A bean that changes the specifications of the pools that are configured under {@code ppool.pools}, after the settings
 * were applied. Several are called in their order. For what settings can't say, such as a predicate or a listener.
 */
@FunctionalInterface
public interface PoolSpecCustomizer {

    /**
     * Called once for each pool, on the thread that starts it.
     *
     * @param pool the name of the pool
     * @param spec what was configured; to be changed
     */
    void customize(String pool, PoolSpec.Builder<?> spec);
}
