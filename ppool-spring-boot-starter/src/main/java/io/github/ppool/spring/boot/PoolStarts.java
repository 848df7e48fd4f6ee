package io.github.ppool.spring.boot;

import io.github.ppool.pool.PoolClient;
import java.util.Map;

/**
 * Starts pools at run time from settings, by the same rules as those under {@code ppool.pools}. All methods may be
 * called from any thread. Stands for {@code ppool:start_pool/3}.
 */
public interface PoolStarts {

    /**
     * Whether a pool can be started by its name alone, because it is configured or declared as a bean. Does not block.
     *
     * @param name the name of a pool
     * @return true if {@link #start} needs no settings for it; it may run or not
     */
    boolean isKnown(String name);

    /**
     * Starts a pool. A configured pool has its configuration, with the given settings in the place of its own. A pool
     * that is declared as a bean is started as it is declared. Blocks as {@link io.github.ppool.pool.Pools#startPool}
     * does.
     *
     * <p>The settings may come from a client that must not see the configuration of the application. They are therefore
     * taken literally, and no placeholder in them is resolved. The message of an exception contains only values of the
     * given settings.
     *
     * @param name the name of the pool
     * @param settings the settings as they would stand below the name in {@code ppool.pools}, such as {@code size} or
     *     {@code restart.plan}; {@code ppool.defaults} apply to them
     * @return the client of the pool
     * @throws IllegalArgumentException if the settings are invalid, with all problems; or if settings are given for a
     *     pool that is declared as a bean. No pool was started
     * @throws IllegalStateException if a pool or a supervision tree of the name exists, which is unchanged; or if a
     *     bean or a customizer fails
     * @throws io.github.ppool.pool.PoolStoppedException if the pools were closed, or the supervisor of the pool could
     *     not be started; no pool was started
     */
    PoolClient<?> start(String name, Map<String, ?> settings);
}
