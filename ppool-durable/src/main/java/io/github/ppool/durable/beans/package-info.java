/**
 * The beans of durable tasks: the {@code PoolTask} methods of the application as handlers, and a queue for each of
 * them. Not for applications.
 */
@NullMarked
package io.github.ppool.durable.beans;

import org.jspecify.annotations.NullMarked;
