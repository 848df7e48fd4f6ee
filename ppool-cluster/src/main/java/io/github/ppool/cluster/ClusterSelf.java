package io.github.ppool.cluster;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * This node, as it knows itself without asking the database. An immutable value.
 *
 * @param node the name of the node
 * @param incarnation the incarnation that holds the lease; the last one if the lease is lost; null before the first
 * @param held true if the node holds its lease now
 * @param draining true if an operator drains the node
 * @param lease the length of the lease
 * @param sinceHeartbeat the time since the last successful heartbeat was sent; null before the first
 * @param losses the number of times that the node has lost its lease
 * @param failures the number of heartbeats in a row that have failed up to now
 * @param lastFailure the reason of the last failed heartbeat; null if none has failed yet
 */
public record ClusterSelf(
        String node,
        @Nullable String incarnation,
        boolean held,
        boolean draining,
        Duration lease,
        @Nullable Duration sinceHeartbeat,
        long losses,
        int failures,
        @Nullable String lastFailure) {}
