package io.github.ppool.spring.boot;

import io.github.ppool.pool.PoolSpec;

/**
 * A bean that changes the specifications of the pools under {@code ppool.pools}, after their settings were applied. It
 * sets properties that settings can't express, such as a predicate or a listener. Several customizers are called in
 * their order.
 */
@FunctionalInterface
public interface PoolSpecCustomizer {

    /**
     * Changes the specification of a pool. Called once for each start of a configured pool, on the thread that starts
     * it. An exception makes the start fail.
     *
     * @param pool the name of the pool
     * @param spec the specification to change, with the settings applied
     */
    void customize(String pool, PoolSpec.Builder<?> spec);
}
