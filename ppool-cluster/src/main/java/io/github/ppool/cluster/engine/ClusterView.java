package io.github.ppool.cluster.engine;

import io.github.ppool.cluster.Cluster;
import io.github.ppool.cluster.ClusterBroadcast;
import io.github.ppool.cluster.ClusterNode;
import io.github.ppool.cluster.ClusterPermits;
import io.github.ppool.cluster.ClusterRateShares;
import io.github.ppool.cluster.ClusterSelf;
import io.github.ppool.cluster.ClusterSingleton;
import io.github.ppool.cluster.ClusterUnavailableException;
import io.github.ppool.cluster.store.LeaseSession;
import io.github.ppool.cluster.store.LeaseSnapshot;
import io.github.ppool.cluster.store.LeaseSnapshot.PermitRow;
import io.github.ppool.cluster.store.LeaseSnapshot.WishRow;
import io.github.ppool.cluster.store.LeaseStore;
import io.github.ppool.cluster.store.LeaseStoreException;
import io.github.ppool.cluster.store.NodeId;
import io.github.ppool.pool.Rate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The cluster as the store has it: each question opens a session of its own. */
public final class ClusterView implements Cluster {

    /** The prefix of a singleton's permit; the name of its bean follows. */
    public static final String SINGLETON = "singleton:";

    private final LeaseStore store;
    private final NodeLease lease;

    /**
     * A view of a store.
     *
     * @param store the store
     * @param lease the lease of this node
     */
    public ClusterView(LeaseStore store, NodeLease lease) {
        this.store = Objects.requireNonNull(store, "store must not be null");
        this.lease = Objects.requireNonNull(lease, "lease must not be null");
    }

    @Override
    public ClusterSelf self() {
        return lease.self();
    }

    private <T> T ask(Function<LeaseSession, T> question) {
        try (LeaseSession session = store.open(lease.settings().timeout())) {
            return question.apply(session);
        } catch (LeaseStoreException failed) {
            throw new ClusterUnavailableException(
                    "the cluster's database can't be asked: " + failed.getMessage(), failed);
        }
    }

    @Override
    public List<ClusterNode> nodes() {
        NodeId self = lease.held();
        return ask(LeaseSession::snapshot).nodes().stream()
                .map(row -> new ClusterNode(
                        row.node().name(),
                        row.node().incarnation().toString(),
                        row.since(),
                        row.expires(),
                        row.expired(),
                        row.draining(),
                        row.node().equals(self)))
                .toList();
    }

    @Override
    public List<ClusterPermits> permits() {
        LeaseSnapshot snapshot = ask(LeaseSession::snapshot);
        List<ClusterPermits> all = new ArrayList<>();
        byName(snapshot, PoolPermits.PREFIX).forEach((name, rows) -> {
            List<WishRow> wishes = wishes(snapshot, PoolPermits.PREFIX + name);
            Map<NodeId, Long> held = rows.stream()
                    .flatMap(row -> Stream.ofNullable(row.holder()))
                    .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
            Map<NodeId, Integer> wanted = wishes.stream().collect(Collectors.toMap(WishRow::node, WishRow::wanted));
            TreeSet<NodeId> nodes = new TreeSet<>(held.keySet());
            nodes.addAll(wanted.keySet());
            all.add(new ClusterPermits(
                    name,
                    rows.size(),
                    held.values().stream().mapToInt(Long::intValue).sum(),
                    (int) rows.stream().filter(PermitRow::rests).count(),
                    wishes.stream().mapToInt(WishRow::wanted).sum(),
                    nodes.stream()
                            .map(node -> new ClusterPermits.Share(
                                    node.name(),
                                    node.incarnation().toString(),
                                    held.getOrDefault(node, 0L).intValue(),
                                    wanted.getOrDefault(node, 0)))
                            .toList()));
        });
        return List.copyOf(all);
    }

    @Override
    public List<ClusterRateShares> rates() {
        List<ClusterRateShares> all = new ArrayList<>();
        ask(LeaseSession::ledgers).forEach((pool, row) -> {
            RateLedger ledger = RateLedger.parse(row.text()).at(row.nowMicros());
            ledger.shares().stream()
                    .map(RateLedger.Share::rate)
                    .max(Comparator.comparingInt(Rate::permits))
                    .ifPresent(rate -> all.add(new ClusterRateShares(
                            pool,
                            rate,
                            ledger.shares().stream().mapToInt(RateLedger.Share::permits).sum(),
                            ledger.rests().stream().mapToInt(RateLedger.Rest::count).sum(),
                            ledger.shares().stream()
                                    .map(share -> new ClusterRateShares.Share(share.node(), share.permits(),
                                            share.demand(), share.wanted(),
                                            Instant.EPOCH.plus(share.untilMicros(), ChronoUnit.MICROS)))
                                    .sorted(Comparator.comparing(ClusterRateShares.Share::node))
                                    .toList())));
        });
        return List.copyOf(all);
    }

    @Override
    public List<ClusterBroadcast> broadcasts() {
        return ask(LeaseSession::allBroadcasts).stream()
                .map(row -> new ClusterBroadcast(row.id().toString(), row.pool(), row.name(), row.sent(), row.open(),
                        BroadcastDesk.outcomes(row.answers(), row.open())))
                .toList();
    }

    @Override
    public List<ClusterSingleton> singletons() {
        LeaseSnapshot snapshot = ask(LeaseSession::snapshot);
        List<ClusterSingleton> all = new ArrayList<>();
        byName(snapshot, SINGLETON).forEach((name, rows) -> {
            PermitRow row = rows.get(0);
            NodeId holder = row.holder();
            all.add(new ClusterSingleton(
                    name,
                    holder == null ? null : holder.name(),
                    holder == null ? null : holder.incarnation().toString(),
                    row.token(),
                    row.since(),
                    row.handOver(),
                    wishes(snapshot, SINGLETON + name).stream()
                            .map(WishRow::node)
                            .filter(node -> !node.equals(holder))
                            .map(NodeId::name)
                            .sorted()
                            .toList()));
        });
        return List.copyOf(all);
    }

    /** The permits by the names after the prefix, in order. */
    private static TreeMap<String, List<PermitRow>> byName(LeaseSnapshot snapshot, String prefix) {
        return snapshot.permits().stream()
                .filter(row -> row.name().startsWith(prefix))
                .collect(Collectors.groupingBy(
                        row -> row.name().substring(prefix.length()), TreeMap::new, Collectors.toList()));
    }

    private static List<WishRow> wishes(LeaseSnapshot snapshot, String name) {
        return snapshot.wishes().stream().filter(row -> row.name().equals(name)).toList();
    }

    @Override
    public boolean handOver(String name) {
        return ask(session -> session.requestHandOver(SINGLETON + name)) > 0;
    }

    @Override
    public int drain(String node) {
        return ask(session -> session.drain(node, true));
    }

    @Override
    public int undrain(String node) {
        return ask(session -> session.drain(node, false));
    }
}
