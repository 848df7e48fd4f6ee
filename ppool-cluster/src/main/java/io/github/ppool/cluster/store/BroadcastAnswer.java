package io.github.ppool.cluster.store;

import org.jspecify.annotations.Nullable;

/**
 * A node that a broadcast asks.
 *
 * @param node the node
 * @param answer its answer; null if there is none yet
 * @param lost true if the lease of the node has ended, or the node has left
 */
public record BroadcastAnswer(NodeId node, @Nullable String answer, boolean lost) {}
