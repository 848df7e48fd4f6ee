package io.github.ppool.spring.boot;

import java.util.Set;

/**
 * The pools of an application as {@code ppool-durable} needs them. A bean; any thread may call it. OTP and poolboy have
 * no counterpart.
 */
public interface DurablePools {

    /**
     * Returns the pools that start with the application. Makes the {@code PoolSpec} beans, because only they know the
     * names of their pools.
     *
     * @return the names of the configured and declared pools, those of the contexts above included; a new set
     */
    Set<String> names();

    /**
     * Returns the settings of a pool for durable tasks. Does not block.
     *
     * @param pool the name of any pool
     * @return its settings, those of {@code ppool.defaults} if it has none of its own
     */
    DurableSettings settings(String pool);
}
