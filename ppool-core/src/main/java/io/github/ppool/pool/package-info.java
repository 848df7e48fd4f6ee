/**
 * Worker pools: every worker is a supervised process; one borrows a worker or hands work to one. Begin with {@link
 * io.github.ppool.pool.Pools} and {@link io.github.ppool.pool.PoolClient}.
 *
 * <p>Stands for poolboy and for the {@code ppool} of "Learn You Some Erlang", on one engine.
 */
@NullMarked
package io.github.ppool.pool;

import org.jspecify.annotations.NullMarked;
