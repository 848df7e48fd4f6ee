package io.github.ppool.cluster;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A loop that runs on one node at a time. An immutable value.
 *
 * @param name the name of its bean
 * @param node the name of the node that holds the lease; null if none does
 * @param incarnation the id of that node's life; null if no node holds the lease
 * @param token the token of the holder, or of the last one; zero if there was none
 * @param since the time at which the holder got the lease, by the database's clock; null if no node holds it
 * @param handOver true if the holder was asked to hand the loop over and has not done so yet
 * @param candidates the names of the other nodes that would run it
 */
public record ClusterSingleton(
        String name,
        @Nullable String node,
        @Nullable String incarnation,
        long token,
        @Nullable Instant since,
        boolean handOver,
        List<String> candidates) {

    /** Copies the list. */
    public ClusterSingleton {
        candidates = List.copyOf(candidates);
    }
}
