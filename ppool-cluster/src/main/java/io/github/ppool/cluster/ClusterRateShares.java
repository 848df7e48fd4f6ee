package io.github.ppool.cluster;

import io.github.ppool.pool.Rate;
import java.time.Instant;
import java.util.List;

/**
 * The shares of the nodes in the rate of a pool over all nodes. An immutable value.
 *
 * @param pool the name of the pool
 * @param rate the rate, without its burst; the greatest one if nodes have different ones
 * @param shared the number of permits in the shares of nodes, used ones included
 * @param resting the number of permits that were used, that are in no share, and that no node can take yet
 * @param nodes the share of each node, ordered by name
 */
public record ClusterRateShares(String pool, Rate rate, int shared, int resting, List<Share> nodes) {

    /** Copies the list. */
    public ClusterRateShares {
        nodes = List.copyOf(nodes);
    }

    /**
     * The share of a node.
     *
     * @param node the name of the node
     * @param permits the number of hand-outs that it may begin within the time of the rate
     * @param demand the number that it would begin, as it has told last
     * @param wanted the number that it wants in addition
     * @param expires the time when its share ends unless it is extended, by the clock of the database
     */
    public record Share(String node, int permits, int demand, int wanted, Instant expires) {}
}
