/**
 * Work that is handed over and survives: a task is a row in the application's database, and any node of the cluster
 * runs it on a worker of its pool. {@link io.github.ppool.durable.PoolTask} marks the method that runs tasks, {@link
 * io.github.ppool.durable.DurableQueue} hands them over, and {@link io.github.ppool.durable.DurableTaskAdmin} shows
 * and operates them.
 *
 * <p>A value of this package may be null only where its type is {@code @Nullable}; its text then says the meaning.
 */
@NullMarked
package io.github.ppool.durable;

import org.jspecify.annotations.NullMarked;
