package io.github.ppool.spring.boot;

import io.github.ppool.pool.WorkerGate;

/**
 * Makes the gates of pools with the setting {@code cluster-limit}: the number of workers over all nodes of a cluster.
 * The module {@code ppool-cluster} has the bean. A pool with that setting and no such bean is not started.
 *
 * <p>Has no counterpart in poolboy or OTP: their limits end with the node.
 */
@FunctionalInterface
public interface ClusterLimits {

    /**
     * Makes the gate of a pool. Called once for each start of the pool, on the thread that starts it, before the pool
     * itself is started. Should not block: the gate is asked later, on the processes of the workers.
     *
     * @param pool the name of the pool
     * @param limit the largest number of workers over all nodes, 1 or more
     * @return the gate; its {@code toString} should name the limit, for the refusals of callers
     */
    WorkerGate gate(String pool, int limit);
}
