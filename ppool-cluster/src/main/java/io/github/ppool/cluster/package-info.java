/**
 * Limits and loops over several nodes: {@link io.github.ppool.cluster.Cluster} shows and operates them, and {@link
 * io.github.ppool.cluster.ClusterLease} is the lease of a loop that runs on one node at a time. The application's
 * database decides which node holds a permit.
 */
@NullMarked
package io.github.ppool.cluster;

import org.jspecify.annotations.NullMarked;
