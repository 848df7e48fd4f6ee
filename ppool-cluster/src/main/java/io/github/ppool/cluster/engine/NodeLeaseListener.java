package io.github.ppool.cluster.engine;

import io.github.ppool.cluster.store.NodeId;
import io.github.ppool.cluster.store.Renewal;

/**
 * Learns of the lease of this node. The calls for one incarnation come in this order: {@link #held} once, then {@link
 * #renewed} any number of times, then {@link #lost} once. {@code lost} comes on a thread of its own, even if the
 * heartbeat hangs in the database; a late {@code renewed} of that incarnation may come beside it and is to be ignored.
 * No method may block: {@code lost} has a fifth of the lease to end all work that depends on it.
 */
public interface NodeLeaseListener {

    /**
     * Tells that this node holds a lease: at the start, and again with a new incarnation after each loss.
     *
     * @param node the new incarnation, which holds no permit yet
     */
    default void held(NodeId node) {}

    /**
     * Tells that the lease is renewed.
     *
     * @param node the incarnation
     * @param renewal the news
     * @param tookOver the number of expired nodes that this heartbeat has taken over
     */
    default void renewed(NodeId node, Renewal renewal, int tookOver) {}

    /**
     * Tells that the lease is lost, or that the node leaves. The incarnation holds no permit any more.
     *
     * @param node the incarnation
     * @param leaving true if the node stops in good order and not because its heartbeats failed
     */
    default void lost(NodeId node, boolean leaving) {}
}
