package io.github.ppool.spring.boot;

import io.github.ppool.pool.PoolClient;
import java.util.Map;

/**
 * Starts pools at run time from settings, by the same rules as those under {@code ppool.pools}. May be used from any
 * thread. Stands for {@code ppool:start_pool/3}.
 */
public interface PoolStarts {

    /**
     * Whether {@link #start} knows what a pool of this name is, without any settings: it is configured, or declared as
     * a bean.
     *
     * @param name any
     * @return whether it runs or not
     */
    boolean isKnown(String name);

    /**
     * Starts a pool. One that is configured has what was configured, but for what is set here; one that is declared as
     * a bean is started as it is declared.
     *
     * <p>The settings may come from somebody who may not see the application's configuration: they are taken as they
     * stand, no placeholder in them is resolved, and the message of an exception has no value of a setting that is not
     * among them.
     *
     * @param name its name
     * @param settings what would stand below the name in {@code ppool.pools}, such as {@code size} or
     *     {@code restart.plan}; the defaults are those of the application
     * @return its handle
     * @throws IllegalArgumentException if the settings can't work, with all that is wrong; or if there are settings for
     *     a pool that is declared as a bean. Nothing was started
     * @throws IllegalStateException if there is such a pool, or a supervision tree of the name; that one is as before
     * @throws io.github.ppool.pool.PoolStoppedException if the pools were closed, or the supervisor of the pool could
     *         not be started
     */
    PoolClient<?> start(String name, Map<String, ?> settings);
}
