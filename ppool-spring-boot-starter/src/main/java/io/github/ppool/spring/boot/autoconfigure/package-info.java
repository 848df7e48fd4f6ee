/**
 * Worker pools from {@code application.yml}: binds and checks {@code ppool.*}, registers one {@link
 * io.github.ppool.pool.PoolClient} bean for each pool, and starts and stops the pools with the application.
 */
@NullMarked
package io.github.ppool.spring.boot.autoconfigure;

import org.jspecify.annotations.NullMarked;
