package io.github.ppool.cluster.engine;

import io.github.ppool.cluster.Cluster;
import io.github.ppool.cluster.ClusterNode;
import io.github.ppool.cluster.ClusterPermits;
import io.github.ppool.cluster.ClusterRateShares;
import io.github.ppool.cluster.ClusterSingleton;
import io.github.ppool.spring.boot.ClusterOperations;
import java.util.Objects;

/** The cluster for the operator's endpoint of the starter. Any thread may call the methods; they ask the database. */
public final class ClusterConsole implements ClusterOperations {

    private final Cluster cluster;

    /**
     * A console.
     *
     * @param cluster the cluster
     */
    public ClusterConsole(Cluster cluster) {
        this.cluster = Objects.requireNonNull(cluster, "cluster must not be null");
    }

    @Override
    public Status status() {
        return new Status(
                cluster.nodes().stream().map(ClusterConsole::node).toList(),
                cluster.permits().stream().map(ClusterConsole::permits).toList(),
                cluster.rates().stream().map(ClusterConsole::rate).toList(),
                cluster.singletons().stream().map(ClusterConsole::singleton).toList());
    }

    private static Node node(ClusterNode node) {
        return new Node(
                node.node(),
                node.incarnation(),
                node.since(),
                node.expires(),
                node.expired(),
                node.draining(),
                node.self());
    }

    private static Permits permits(ClusterPermits permits) {
        return new Permits(
                permits.name(),
                permits.slots(),
                permits.held(),
                permits.resting(),
                permits.wanted(),
                permits.nodes().stream()
                        .map(share -> new Share(share.node(), share.incarnation(), share.held(), share.wanted()))
                        .toList());
    }

    private static RateShares rate(ClusterRateShares rate) {
        return new RateShares(
                rate.pool(),
                rate.rate().toString(),
                rate.shared(),
                rate.resting(),
                rate.nodes().stream()
                        .map(share -> new NodeShare(
                                share.node(), share.permits(), share.demand(), share.wanted(), share.expires()))
                        .toList());
    }

    private static Singleton singleton(ClusterSingleton singleton) {
        return new Singleton(
                singleton.name(),
                singleton.node(),
                singleton.incarnation(),
                singleton.token(),
                singleton.since(),
                singleton.handOver(),
                singleton.candidates());
    }

    @Override
    public boolean handOver(String singleton) {
        return cluster.handOver(singleton);
    }

    @Override
    public boolean drain(String node) {
        return cluster.drain(node) > 0;
    }

    @Override
    public boolean undrain(String node) {
        return cluster.undrain(node) > 0;
    }
}
