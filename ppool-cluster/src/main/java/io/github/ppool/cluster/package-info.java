/**
 * Limits and loops over several nodes: {@link io.github.ppool.cluster.Cluster} shows and operates them, and {@link
 * io.github.ppool.cluster.ClusterLease} is the lease of a loop that runs on one node at a time. The application's
 * database decides which node holds a permit.
 *
 * <p>A value of this package may be null only where its type is {@code @Nullable}; its text then says the meaning.
 */
@NullMarked
package io.github.ppool.cluster;

import org.jspecify.annotations.NullMarked;
