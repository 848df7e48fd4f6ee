package io.github.ppool.spring.boot;

import io.github.ppool.pool.PoolClient;

/**
 * A bean that is told which pools there are, whether they were configured or started at run time. The thread that
 * starts or stops the pool calls it, so it must not block. Whatever it throws is logged, and the other listeners are
 * told all the same.
 */
public interface PoolsListener {

    /**
     * A pool is about to be started: what its {@link io.github.ppool.pool.PoolListener}s are told from now on is about
     * it. Also called when the start is then refused because there is a pool of this name.
     *
     * @param name its name
     */
    default void poolStarting(String name) {}

    /**
     * A pool was started.
     *
     * @param pool its handle
     */
    default void poolStarted(PoolClient<?> pool) {}

    /**
     * A pool was stopped, or could not be started.
     *
     * @param name its name
     */
    default void poolStopped(String name) {}
}
