package io.github.ppool.spring.boot.beans;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolGroup;

/** The clients of the pools of a context. {@link PoolBeanRegistrar} registers them as beans. */
public interface PoolClients {

    /**
     * The client of a configured pool.
     *
     * @param pool the name of the pool
     * @return its client, which is there before the pool
     */
    PoolClient<?> handle(String pool);

    /**
     * The client of the pool of a {@code PoolSpec} bean. The call makes that bean.
     *
     * @param specBean the name of the bean
     * @return the client
     */
    PoolClient<?> declared(String specBean);

    /**
     * The client of a configured group.
     *
     * @param group the name of the group
     * @return its client, which is there before the group
     */
    PoolGroup<?> group(String group);
}
