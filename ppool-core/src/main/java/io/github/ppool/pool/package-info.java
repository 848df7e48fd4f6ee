/**
 * Pools of workers; each worker is a supervised process. A caller borrows a worker, or hands work over to one. Begin
 * with {@link io.github.ppool.pool.Pools} and {@link io.github.ppool.pool.PoolClient}.
 *
 * <p>Stands for poolboy and for the {@code ppool} of "Learn You Some Erlang", on one engine.
 *
 * <p>A value of this package may be null only where its type is {@code @Nullable}; its text then says the meaning.
 */
@NullMarked
package io.github.ppool.pool;

import org.jspecify.annotations.NullMarked;
