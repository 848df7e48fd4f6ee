package io.github.ppool.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.TestDatabases;
import io.github.ppool.cluster.store.ConnectionSource;
import io.github.ppool.cluster.store.LeaseSession;
import io.github.ppool.cluster.store.LeaseSnapshot;
import io.github.ppool.cluster.store.LeaseStore;
import io.github.ppool.cluster.store.NodeId;
import io.github.ppool.cluster.store.Renewal;
import io.github.ppool.time.MonotonicClock;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.io.TempDir;

/** A database of the test's own that is stopped and started again. */
@Execution(ExecutionMode.CONCURRENT)
class DatabaseRestartTest {

    private int port;
    private LeaseStore store;
    private final List<NodeLease> leases = new ArrayList<>();
    private final Map<NodeLease, AtomicInteger> renewals = new ConcurrentHashMap<>();

    private EmbeddedPostgres start(Path folder) throws IOException {
        return EmbeddedPostgres.builder()
                .setServerConfig("fsync", "off")
                .setDataDirectory(folder.resolve("data"))
                .setCleanDataDirectory(false)
                .setPort(port)
                .setPGStartupWait(Duration.ofSeconds(60))
                .start();
    }

    private void restart(Path folder, Duration lease, Duration away, boolean isLost) throws Exception {
        port = TestDatabases.freePort();
        EmbeddedPostgres database = start(folder);
        try {
            ConnectionSource connections = TestDatabases.postgres(port);
            store = TestDatabases.store(connections, "ppool_");
            for (int i = 0; i < 3; i++) {
                NodeLease started = new NodeLease(
                        store, MonotonicClock.system(), new LeaseSettings("n" + i, lease, Duration.ZERO));
                started.add(new NodeLeaseListener() {
                    @Override
                    public void renewed(NodeId node, Renewal renewal, int tookOver) {
                        renewals.computeIfAbsent(started, unused -> new AtomicInteger()).incrementAndGet();
                    }
                });
                leases.add(started);
                started.start();
            }
            List<NodeId> before = leases.stream().map(NodeLease::held).toList();
            assertThat(before).doesNotContainNull();
            database.close();
            Thread.sleep(away.toMillis()); // real time: the database is away for so long
            if (isLost) {
                assertThat(leases).allSatisfy(gone -> assertThat(gone.held()).isNull());
            }
            database = start(folder);
            renewals.clear();
            await().atMost(Duration.ofSeconds(50)).until(() -> renewals.size() == 3);
            List<NodeId> after = leases.stream().map(NodeLease::held).toList();
            if (isLost) {
                assertThat(after).doesNotContainAnyElementsOf(before);
                assertThat(leases).allSatisfy(back -> assertThat(back.self().losses()).isOne());
            } else {
                assertThat(after).isEqualTo(before);
            }
            // The rows of the former incarnations are taken over; no two nodes do it twice.
            await().atMost(lease.multipliedBy(2)).until(() -> nodes().equals(after));
        } finally {
            leases.forEach(NodeLease::stop);
            database.close();
        }
    }

    private List<NodeId> nodes() {
        try (LeaseSession session = store.open(TestDatabases.TIMEOUT)) {
            return session.snapshot().nodes().stream().map(LeaseSnapshot.NodeRow::node).toList();
        }
    }

    @Test
    void no_lease_is_lost_if_the_database_is_back_within_the_lease(@TempDir Path folder) throws Exception {
        restart(folder, Duration.ofSeconds(15), Duration.ZERO, false);
    }

    @Test
    void all_leases_are_lost_and_come_back_if_the_database_is_away_for_longer(@TempDir Path folder) throws Exception {
        restart(folder, Duration.ofSeconds(3), Duration.ofSeconds(4), true);
    }

    @Test
    @Tag("slow")
    void the_database_is_away_for_a_minute(@TempDir Path folder) throws Exception {
        restart(folder, Duration.ofSeconds(15), Duration.ofMinutes(1), true);
    }
}
