package io.github.ppool.spring.boot;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolGroup;

/**
 * A bean that is notified of the starts and stops of pools, both configured pools and pools that are started at run
 * time. The thread that starts or stops the pool makes the calls, so a listener must not block. The exception of a
 * listener is logged, and the other listeners are called all the same.
 */
public interface PoolsListener {

    /**
     * A pool is about to start. From now on, calls of a {@link io.github.ppool.pool.PoolListener} with this name are
     * about this pool. Also called if the start is then refused because a pool of the name exists.
     *
     * @param name the name of the pool
     */
    default void poolStarting(String name) {}

    /**
     * A pool was started.
     *
     * @param pool the client of the pool
     */
    default void poolStarted(PoolClient<?> pool) {}

    /**
     * A pool was stopped, or could not be started.
     *
     * @param name the name of the pool
     */
    default void poolStopped(String name) {}

    /**
     * A group of pools was started, after its members.
     *
     * @param group the group
     */
    default void groupStarted(PoolGroup<?> group) {}

    /**
     * A group of pools was stopped. Its members may go on.
     *
     * @param name the name of the group
     */
    default void groupStopped(String name) {}
}
