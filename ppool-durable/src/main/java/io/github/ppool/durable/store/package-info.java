/**
 * The table of tasks. {@link io.github.ppool.durable.store.TaskStore} is the interface of a store; {@code
 * JdbcTaskStore} implements it on PostgreSQL and on H2. A store decides by one clock of its own, and does not know
 * pools, plans or threads.
 */
@NullMarked
package io.github.ppool.durable.store;

import org.jspecify.annotations.NullMarked;
