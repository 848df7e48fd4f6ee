/**
 * The table of leases and permits. {@link io.github.ppool.cluster.store.LeaseStore} is the interface of a store; stores
 * on PostgreSQL, on H2 and in memory implement it. A store decides by one clock of its own, and does not know
 * threads or pools.
 */
@NullMarked
package io.github.ppool.cluster.store;

import org.jspecify.annotations.NullMarked;
