/**
 * The engine of the cluster: the heartbeat of this node, and the permits that it holds. No API.
 */
@NullMarked
package io.github.ppool.cluster.engine;

import org.jspecify.annotations.NullMarked;
