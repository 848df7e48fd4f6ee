package io.github.ppool.cluster.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.ClusterSelf;
import io.github.ppool.cluster.engine.ClusterView;
import io.github.ppool.cluster.engine.LeaseSettings;
import io.github.ppool.cluster.engine.NodeLease;
import io.github.ppool.cluster.store.LeaseStoreException;
import io.github.ppool.cluster.store.MemoryLeaseStore;
import io.github.ppool.spring.boot.health.PoolsHealthContributor;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/** Each status of the health, on a lease that can lose its store. */
class ClusterHealthIndicatorTest {

    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final AtomicBoolean away = new AtomicBoolean();
    private final MemoryLeaseStore memory = new MemoryLeaseStore(MonotonicClock.system());
    private final NodeLease lease = new NodeLease(
            timeout -> {
                if (away.get()) {
                    throw new LeaseStoreException("away", null);
                }
                return new BreakableSession(memory.open(timeout), away).asSession();
            },
            MonotonicClock.system(),
            new LeaseSettings("n", LEASE, Duration.ZERO));
    private final ClusterView cluster = new ClusterView(memory, lease);
    private final ClusterHealthIndicator indicator = new ClusterHealthIndicator(cluster);

    @AfterEach
    void stop() {
        away.set(false);
        lease.stop();
    }

    private Health awaitStatus(Status status) {
        await().atMost(PATIENCE).until(() -> indicator.health().getStatus().equals(status));
        return indicator.health();
    }

    @Test
    void before_the_first_lease_the_node_is_down() {
        Health health = indicator.health();
        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getDetails()).containsEntry("lease", "lost").doesNotContainKey("sinceHeartbeatMillis");
    }

    @Test
    void a_held_lease_is_up() {
        lease.start();
        Health health = awaitStatus(Status.UP);
        assertThat(health.getDetails())
                .containsEntry("node", "n")
                .containsEntry("lease", "held")
                .containsEntry("database", "reachable")
                .containsEntry("losses", 0L)
                .containsKey("sinceHeartbeatMillis")
                .doesNotContainKey("draining");
    }

    @Test
    void a_node_without_its_database_is_degraded_first_and_down_when_its_lease_has_ended_and_comes_back() {
        lease.start();
        awaitStatus(Status.UP);
        away.set(true);
        Health degraded = awaitStatus(PoolsHealthContributor.DEGRADED);
        assertThat(degraded.getDetails()).containsEntry("lease", "held").containsEntry("database", "unreachable");
        Health down = awaitStatus(Status.DOWN);
        assertThat(down.getDetails()).containsEntry("lease", "lost").containsEntry("losses", 1L);
        away.set(false);
        assertThat(awaitStatus(Status.UP).getDetails()).containsEntry("losses", 1L);
    }

    @Test
    void a_drained_node_is_out_of_service() {
        lease.start();
        awaitStatus(Status.UP);
        assertThat(cluster.drain("n")).isOne();
        assertThat(awaitStatus(Status.OUT_OF_SERVICE).getDetails()).containsEntry("draining", true);
        assertThat(cluster.undrain("n")).isOne();
        ClusterSelf self = cluster.self();
        assertThat(self.held()).isTrue();
        awaitStatus(Status.UP);
    }
}
