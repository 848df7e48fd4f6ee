package io.github.ppool.spring.boot;

import io.github.ppool.pool.Rate;
import io.github.ppool.pool.SharedRate;

/**
 * Makes the rates of pools with the setting {@code cluster-rate}: the number of hand-outs within a time over all nodes
 * of a cluster. The module {@code ppool-cluster} has the bean. A pool with that setting and no such bean is not
 * started.
 *
 * <p>Has no counterpart in poolboy or OTP.
 */
@FunctionalInterface
public interface ClusterRates {

    /**
     * Makes the rate of a pool. Called once for each start of the pool, on the thread that starts it, before the pool
     * itself is started. Should not block: the pool tells the rate when it is started.
     *
     * @param pool the name of the pool
     * @param rate the rate over all nodes, with its burst
     * @return the rate; its {@code toString} should name the limit, for the refusals of callers
     */
    SharedRate rate(String pool, Rate rate);
}
