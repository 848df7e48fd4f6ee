package io.github.ppool.durable.engine;

import io.github.ppool.cluster.engine.NodeLease;
import io.github.ppool.cluster.store.LeaseSession;
import io.github.ppool.cluster.store.LeaseStore;
import io.github.ppool.cluster.store.NodeId;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The lease of this node, as the cluster has it. */
final class LeasedNode implements NodeHold {

    private final NodeLease lease;
    private final LeaseStore leases;

    LeasedNode(NodeLease lease, LeaseStore leases) {
        this.lease = lease;
        this.leases = leases;
    }

    @Override
    public @Nullable UUID held() {
        NodeId node = lease.held();
        return node == null ? null : node.incarnation();
    }

    @Override
    public boolean isHeld(UUID node) {
        return node.equals(held());
    }

    @Override
    public boolean isDraining() {
        return lease.isDraining();
    }

    @Override
    public Duration lease() {
        return lease.settings().lease();
    }

    @Override
    public Set<UUID> living() {
        try (LeaseSession session = leases.open(lease().dividedBy(3))) {
            return session.snapshot().nodes().stream()
                    .map(row -> row.node().incarnation())
                    .collect(Collectors.toSet());
        }
    }
}
