package io.github.ppool.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.TestDatabases;
import io.github.ppool.cluster.store.ConnectionSource;
import io.github.ppool.cluster.store.NodeId;
import io.github.ppool.cluster.store.Renewal;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The heartbeat has a platform thread and a connection of its own, which no other code can take from it. */
@Isolated
class BusyProcessorsTest {

    /** All processors compute on several threads each, and statements of the application keep the database busy. */
    @Test
    void busy_processors_and_a_busy_database_lose_no_lease() throws Exception {
        NodeLease lease = new NodeLease(
                TestDatabases.postgresStore(),
                MonotonicClock.system(),
                new LeaseSettings("n", Duration.ofSeconds(3), Duration.ZERO));
        AtomicInteger renewals = new AtomicInteger();
        lease.add(new NodeLeaseListener() {
            @Override
            public void renewed(NodeId node, Renewal renewal, int tookOver) {
                renewals.incrementAndGet();
            }
        });
        lease.start();
        NodeId first = lease.held();
        AtomicBoolean ends = new AtomicBoolean();
        List<Thread> busy = new ArrayList<>();
        ConnectionSource connections = TestDatabases.postgres();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors() * 3; i++) {
            boolean computes = i % 3 > 0;
            busy.add(Thread.ofPlatform().daemon().start(() -> {
                while (!ends.get()) {
                    if (computes) {
                        Thread.onSpinWait();
                    } else {
                        TestDatabases.execute(connections, "select count(*) from generate_series(1, 500000)");
                    }
                }
            }));
        }
        int before = renewals.get();
        try {
            await().atMost(Duration.ofSeconds(50)).until(() -> renewals.get() >= before + 8);
        } finally {
            ends.set(true);
        }
        for (Thread thread : busy) {
            thread.join();
        }
        assertThat(lease.held()).isNotNull().isEqualTo(first);
        assertThat(lease.self().losses()).isZero();
        lease.stop();
    }
}
