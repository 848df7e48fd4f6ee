package io.github.ppool.cluster;

import java.time.Instant;

/**
 * A node of the cluster. Its times are those of the database's clock. An immutable value.
 *
 * @param node the name of the node
 * @param incarnation the id of its life: a node that lost its lease comes back with another one
 * @param since the time at which the incarnation joined
 * @param expires the time at which its lease ends unless the node renews it
 * @param expired true if the lease has ended and no node has taken the permits over yet
 * @param draining true if an operator drains the node
 * @param self true if it is this node
 */
public record ClusterNode(
        String node,
        String incarnation,
        Instant since,
        Instant expires,
        boolean expired,
        boolean draining,
        boolean self) {}
