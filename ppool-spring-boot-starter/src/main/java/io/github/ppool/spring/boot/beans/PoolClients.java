package io.github.ppool.spring.boot.beans;

import io.github.ppool.pool.PoolClient;

/** The clients of the pools of a context, which {@link PoolBeanRegistrar} makes beans. */
public interface PoolClients {

    /** The client of a pool of the settings. */
    PoolClient<?> handle(String pool);

    /** The client of the pool of a {@code PoolSpec} bean. Makes that bean. */
    PoolClient<?> declared(String specBean);
}
