package io.github.ppool.cluster.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.engine.BroadcastDesk;
import io.github.ppool.cluster.engine.HeldPermit;
import io.github.ppool.cluster.engine.LeaseSettings;
import io.github.ppool.cluster.engine.LeasedPermitDesk;
import io.github.ppool.cluster.engine.NodeLease;
import io.github.ppool.cluster.engine.PermitAccount;
import io.github.ppool.cluster.engine.PermitUser;
import io.github.ppool.cluster.engine.PoolRates;
import io.github.ppool.cluster.engine.RateDesk;
import io.github.ppool.cluster.engine.Singletons;
import io.github.ppool.cluster.store.LeaseSession;
import io.github.ppool.cluster.store.MemoryLeaseStore;
import io.github.ppool.cluster.store.NodeId;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.Rate;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.time.MonotonicClock;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.support.GenericApplicationContext;

/** The values of the meters, of a node with a store in memory. */
class ClusterMetricsTest {

    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final MemoryLeaseStore store = new MemoryLeaseStore(MonotonicClock.system());
    private final NodeLease lease = new NodeLease(
            store, MonotonicClock.system(), new LeaseSettings("n", LEASE, Duration.ZERO));
    private final LeasedPermitDesk desk = new LeasedPermitDesk(store, lease, MonotonicClock.system());
    private final Singletons singletons = new Singletons(
            desk, new ProcessSystem(MonotonicClock.system()), LEASE, Singletons.REST);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RateDesk rates = new RateDesk(store, MonotonicClock.system(), lease.settings());
    private final BroadcastDesk broadcasts = new BroadcastDesk(
            store, lease, MonotonicClock.system(), key -> null);
    private final ClusterMetrics metrics = new ClusterMetrics(
            registry, lease, desk, rates, singletons, broadcasts);

    /** A user that wants a number of permits beyond those that it has. */
    private static final class Demand implements PermitUser {
        private final AtomicInteger wanted = new AtomicInteger();

        @Override
        public int wanted() {
            return wanted.get();
        }

        @Override
        public int idle() {
            return 0;
        }

        @Override
        public void available() {}

        @Override
        public int giveBack(int count) {
            return 0;
        }

        @Override
        public void lost() {}
    }

    @BeforeEach
    void start() {
        metrics.follow();
        desk.start();
        lease.start();
        rates.start();
    }

    @AfterEach
    void stop() {
        metrics.close();
        rates.stop();
        lease.stop();
        desk.stop();
    }

    private double value(String meter) {
        return registry.get(meter).meter().measure().iterator().next().getValue();
    }

    private void refresh() {
        try (var context = new GenericApplicationContext()) {
            context.refresh();
            metrics.onApplicationEvent(new ContextRefreshedEvent(context));
        }
    }

    @Test
    void the_permits_of_a_pool_have_their_numbers() throws Exception {
        Demand demand = new Demand();
        PermitAccount account = desk.open("pool:smtp", 2, demand);
        refresh();
        assertThat(value(ClusterMetrics.PERMITS_LIMIT)).isEqualTo(2);
        assertThat(value(ClusterMetrics.PERMITS_HELD)).isZero();
        HeldPermit first = account.acquire();
        HeldPermit second = account.acquire();
        assertThat(first).isNotNull();
        assertThat(second).isNotNull();
        demand.wanted.set(5);
        assertThat(value(ClusterMetrics.PERMITS_HELD)).isEqualTo(2);
        assertThat(value(ClusterMetrics.PERMITS_WANTED)).isEqualTo(5);
        demand.wanted.set(0);
        second.release();
        await().atMost(PATIENCE).until(() -> value(ClusterMetrics.PERMITS_HELD) == 1);
        account.close();
        assertThat(value(ClusterMetrics.PERMITS_HELD)).isNaN();
    }

    @Test
    void the_share_of_a_pool_in_its_rate_has_its_numbers() throws InterruptedException {
        try (ProcessSystem system = new ProcessSystem(MonotonicClock.system()); Pools pools = Pools.start(system)) {
            PoolClient<Object> pool = pools.startPool(PoolSpec.<Object>builder("smtp", Object::new)
                    .sharedRate(new PoolRates(rates).rate("smtp", Rate.parse("10/1h")))
                    .build());
            refresh();
            assertThat(value(ClusterMetrics.RATE_LIMIT)).isEqualTo(10);
            await().atMost(PATIENCE).until(() -> value(ClusterMetrics.RATE_SHARE) == 10);
            pool.checkout().close();
            await().atMost(PATIENCE).until(() -> value(ClusterMetrics.RATE_USED) == 1);
            assertThat(value(ClusterMetrics.RATE_WANTED)).isZero();
            assertThat(pools.stopPool("smtp", Duration.ZERO)).isTrue();
            await().atMost(PATIENCE).until(() -> Double.isNaN(value(ClusterMetrics.RATE_SHARE)));
        }
    }

    @Test
    void the_lease_its_loss_and_the_nodes_that_were_taken_over_are_counted() {
        assertThat(value(ClusterMetrics.HELD)).isOne();
        await().atMost(PATIENCE).until(() -> value(ClusterMetrics.RENEWALS) >= 1);
        assertThat(value(ClusterMetrics.AGE)).isBetween(0.0, LEASE.toSeconds() * 1.0);
        assertThat(value(ClusterMetrics.TAKE_OVERS)).isZero();
        try (LeaseSession session = store.open(LEASE)) {
            session.join(NodeId.ofNew("dead"), Duration.ofMillis(1), false);
        }
        await().atMost(PATIENCE).until(() -> value(ClusterMetrics.TAKE_OVERS) == 1);
        assertThat(value(ClusterMetrics.LOSSES)).isZero();
        lease.forfeit(lease.held(), "a test");
        await().atMost(PATIENCE).until(() -> value(ClusterMetrics.LOSSES) == 1);
        await().atMost(PATIENCE).until(() -> value(ClusterMetrics.HELD) == 1);
    }

    @Test
    void no_meter_stays_when_the_context_is_closed() {
        desk.open("pool:smtp", 2, new Demand());
        refresh();
        assertThat(registry.getMeters()).hasSizeGreaterThan(6);
        metrics.close();
        assertThat(registry.getMeters()).extracting(Meter::getId).isEmpty();
    }
}
