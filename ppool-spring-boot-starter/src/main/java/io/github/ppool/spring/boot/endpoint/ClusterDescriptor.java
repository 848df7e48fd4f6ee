package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.spring.boot.ClusterOperations;
import java.util.List;

/**
 * The cluster.
 *
 * @param nodes the nodes
 * @param permits the permits of each limited pool on each node
 * @param rates the shares of each node in the rates of all nodes
 * @param singletons the trees that run on one node at a time
 * @param broadcasts the broadcasts to the workers of all nodes, the latest first
 */
public record ClusterDescriptor(
        List<ClusterOperations.Node> nodes,
        List<ClusterOperations.Permits> permits,
        List<ClusterOperations.RateShares> rates,
        List<ClusterOperations.Singleton> singletons,
        List<ClusterOperations.Broadcast> broadcasts)
        implements
            EndpointAnswer {

    static ClusterDescriptor of(ClusterOperations.Status status) {
        return new ClusterDescriptor(
                status.nodes(), status.permits(), status.rates(), status.singletons(), status.broadcasts());
    }
}
