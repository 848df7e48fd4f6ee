package io.github.ppool.cluster.store;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The content of a store at one moment.
 *
 * @param nodes the nodes, ordered by name and the time they joined
 * @param permits the permits, ordered by name and slot
 * @param wishes the wishes, ordered by name and node
 */
public record LeaseSnapshot(List<NodeRow> nodes, List<PermitRow> permits, List<WishRow> wishes) {

    /** Copies the lists. */
    public LeaseSnapshot {
        nodes = List.copyOf(nodes);
        permits = List.copyOf(permits);
        wishes = List.copyOf(wishes);
    }

    /**
     * A node.
     *
     * @param node the node
     * @param since the time at which it joined
     * @param expires the end of its lease
     * @param expired true if the lease has ended
     * @param draining true if the node is marked as draining
     */
    public record NodeRow(NodeId node, Instant since, Instant expires, boolean expired, boolean draining) {}

    /**
     * A permit.
     *
     * @param name the name
     * @param slot the number of the permit
     * @param token the token of the holder or of the last one; zero if there was none
     * @param holder the node that holds it; null if none does
     * @param since the time at which the holder got it; null if no node holds it
     * @param rests true if a dead node held it and its rest is not over
     * @param handOver true if the holder is asked to hand it over
     */
    public record PermitRow(
            String name,
            int slot,
            long token,
            @Nullable NodeId holder,
            @Nullable Instant since,
            boolean rests,
            boolean handOver) {}

    /**
     * A wish.
     *
     * @param name the name
     * @param node the node
     * @param wanted the number of further permits that it wants
     */
    public record WishRow(String name, NodeId node, int wanted) {}
}
