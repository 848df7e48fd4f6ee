package io.github.ppool.cluster.health;

import io.github.ppool.cluster.Cluster;
import io.github.ppool.cluster.ClusterSelf;
import io.github.ppool.spring.boot.health.PoolsHealthContributor;
import java.util.Objects;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * The health of this node's lease. The status is
 *
 * <ul>
 *   <li>{@code DOWN} if the node holds no lease: its limited pools have no workers, and no loop of the cluster runs,
 *   <li>{@code OUT_OF_SERVICE} if an operator drains the node,
 *   <li>{@link PoolsHealthContributor#DEGRADED} if the lease is held and the last heartbeat has failed,
 *   <li>{@code UP} otherwise.
 * </ul>
 *
 * <p>Neither the liveness nor the readiness of Spring Boot has this indicator as a member, unless the application adds
 * it. A restart does not bring a database back, and pools without a limit go on.
 *
 * <p>Any thread may call the methods. They do not ask the database and do not block.
 */
public final class ClusterHealthIndicator implements HealthIndicator {

    private final Cluster cluster;

    /**
     * An indicator.
     *
     * @param cluster the cluster
     */
    public ClusterHealthIndicator(Cluster cluster) {
        this.cluster = Objects.requireNonNull(cluster, "cluster must not be null");
    }

    @Override
    public Health health() {
        ClusterSelf self = cluster.self();
        Health.Builder health = Health.status(status(self))
                .withDetail("node", self.node())
                .withDetail("lease", self.held() ? "held" : "lost")
                .withDetail("database", self.failures() == 0 ? "reachable" : "unreachable")
                .withDetail("losses", self.losses());
        if (self.sinceHeartbeat() != null) {
            health.withDetail("sinceHeartbeatMillis", self.sinceHeartbeat().toMillis());
        }
        if (self.draining()) {
            health.withDetail("draining", true);
        }
        return health.build();
    }

    private static Status status(ClusterSelf self) {
        if (!self.held()) {
            return Status.DOWN;
        }
        if (self.draining()) {
            return Status.OUT_OF_SERVICE;
        }
        return self.failures() > 0 ? PoolsHealthContributor.DEGRADED : Status.UP;
    }
}
