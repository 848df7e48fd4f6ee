/**
 * The bean definitions of pools and supervision trees: registers one {@link io.github.ppool.pool.PoolClient} bean for
 * each pool, and finds the beans that make workers, specify pools, or are supervised.
 *
 * <p>Internal: types are public only because the other packages of the starter use them. An application must not use
 * them; they may change in any release.
 */
@NullMarked
package io.github.ppool.spring.boot.beans;

import org.jspecify.annotations.NullMarked;
