package io.github.ppool.cluster;

import java.util.List;

/**
 * The permits of a pool with a cluster limit. An immutable value.
 *
 * @param name the name of the pool
 * @param slots the number of permits that exist: the greatest limit that a node has ever had for the pool
 * @param held the number of permits that nodes hold
 * @param resting the number of permits of dead nodes that rest before they can be taken
 * @param wanted the number of further permits that nodes want
 * @param nodes the shares of the nodes, ordered by name
 */
public record ClusterPermits(
        String name, int slots, int held, int resting, int wanted, List<Share> nodes) {

    /** Copies the list. */
    public ClusterPermits {
        nodes = List.copyOf(nodes);
    }

    /**
     * The share of a node.
     *
     * @param node the name of the node
     * @param incarnation the id of its life
     * @param held the number of permits that the node holds
     * @param wanted the number of further permits that the node wants
     */
    public record Share(String node, String incarnation, int held, int wanted) {}
}
