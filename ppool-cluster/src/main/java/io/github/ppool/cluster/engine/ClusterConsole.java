package io.github.ppool.cluster.engine;

import io.github.ppool.cluster.Cluster;
import io.github.ppool.cluster.ClusterBroadcast;
import io.github.ppool.cluster.ClusterNode;
import io.github.ppool.cluster.ClusterPermits;
import io.github.ppool.cluster.ClusterRateShares;
import io.github.ppool.cluster.ClusterSingleton;
import io.github.ppool.spring.boot.ClusterOperations;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The cluster for the operator's endpoint of the starter. Any thread may call the methods; they ask the database. */
public final class ClusterConsole implements ClusterOperations {

    private final Cluster cluster;
    private final @Nullable BroadcastSender broadcasts;

    /**
     * A console.
     *
     * @param cluster the cluster
     * @param broadcasts sends broadcasts; null if this node sends none
     */
    public ClusterConsole(Cluster cluster, @Nullable BroadcastSender broadcasts) {
        this.cluster = Objects.requireNonNull(cluster, "cluster must not be null");
        this.broadcasts = broadcasts;
    }

    @Override
    public Status status() {
        return new Status(
                cluster.nodes().stream().map(ClusterConsole::node).toList(),
                cluster.permits().stream().map(ClusterConsole::permits).toList(),
                cluster.rates().stream().map(ClusterConsole::rate).toList(),
                cluster.singletons().stream().map(ClusterConsole::singleton).toList(),
                cluster.broadcasts().stream().map(ClusterConsole::broadcast).toList());
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

    private static Broadcast broadcast(ClusterBroadcast broadcast) {
        return new Broadcast(
                broadcast.id(),
                broadcast.pool(),
                broadcast.name(),
                Objects.requireNonNull(broadcast.sent(), "sent must not be null"),
                broadcast.open(),
                broadcast.nodes().stream().map(ClusterConsole::outcome).toList());
    }

    private static Outcome outcome(ClusterBroadcast.NodeOutcome outcome) {
        return new Outcome(
                outcome.node(),
                outcome.incarnation(),
                outcome.end().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                outcome.done(),
                outcome.failed(),
                outcome.ended(),
                outcome.late(),
                outcome.failure());
    }

    @Override
    public boolean broadcast(String pool, String name, @Nullable String payload, @Nullable Duration within) {
        return broadcasts != null && broadcasts.sendJson(pool, name, payload, within);
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
