package io.github.ppool.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.OwnTime;
import io.github.ppool.cluster.TcpProxy;
import io.github.ppool.cluster.TestDatabases;
import io.github.ppool.cluster.store.JdbcLeaseStore;
import io.github.ppool.cluster.store.LeaseSchemaException;
import io.github.ppool.cluster.store.LeaseSession;
import io.github.ppool.cluster.store.LeaseSnapshot;
import io.github.ppool.cluster.store.LeaseStore;
import io.github.ppool.cluster.store.NodeId;
import io.github.ppool.cluster.store.Renewal;
import io.github.ppool.cluster.store.SchemaMode;
import io.github.ppool.time.MonotonicClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The lease against a real PostgreSQL, through a network that breaks. */
@Execution(ExecutionMode.CONCURRENT)
class NodeLeaseTest {

    private static final Duration LEASE = Duration.ofSeconds(3);

    private final String prefix = TestDatabases.newPrefix();
    private final List<NodeLease> started = new CopyOnWriteArrayList<>();
    private TcpProxy proxy;
    private LeaseStore direct;

    /** The calls of a listener, with times. */
    private static final class Diary implements NodeLeaseListener {
        private final List<String> events = new CopyOnWriteArrayList<>();
        private final List<Long> lostAt = new CopyOnWriteArrayList<>();
        private final List<Instant> lostTime = new CopyOnWriteArrayList<>();
        private final AtomicInteger renewals = new AtomicInteger();
        private final AtomicInteger tookOver = new AtomicInteger();

        @Override
        public void held(NodeId node) {
            events.add("held");
        }

        @Override
        public void renewed(NodeId node, Renewal renewal, int taken) {
            renewals.incrementAndGet();
            tookOver.addAndGet(taken);
        }

        @Override
        public void lost(NodeId node, boolean leaving) {
            lostAt.add(System.nanoTime());
            lostTime.add(Instant.now()); // as the database on this machine knows it
            events.add(leaving ? "left" : "lost");
        }
    }

    @BeforeEach
    void start() throws Exception {
        proxy = new TcpProxy(TestDatabases.postgresPort());
        direct = TestDatabases.store(TestDatabases.postgres(), prefix);
    }

    @AfterEach
    void stop() throws Exception {
        started.forEach(NodeLease::stop);
        proxy.close();
    }

    private NodeLease lease(LeaseStore store, Duration length, Diary diary) {
        NodeLease lease = new NodeLease(store, MonotonicClock.system(), new LeaseSettings("n", length, Duration.ZERO));
        lease.add(diary);
        started.add(lease);
        lease.start();
        return lease;
    }

    private LeaseStore throughProxy() {
        return new JdbcLeaseStore(TestDatabases.postgres(proxy.port()), prefix, SchemaMode.NEVER);
    }

    private LeaseSnapshot snapshot() {
        try (LeaseSession session = direct.open(TestDatabases.TIMEOUT)) {
            return session.snapshot();
        }
    }

    private static void pause(Duration time) throws InterruptedException {
        Thread.sleep(time.toMillis()); // real time: the network and the database have no other
    }

    @Test
    void a_start_holds_the_lease_and_a_stop_gives_it_back_at_once() {
        Diary diary = new Diary();
        NodeLease lease = lease(direct, LEASE, diary);
        assertThat(lease.held()).isNotNull();
        assertThat(lease.self().held()).isTrue();
        assertThat(snapshot().nodes()).hasSize(1);
        lease.start();
        lease.stop();
        assertThat(snapshot().nodes()).isEmpty();
        assertThat(lease.held()).isNull();
        assertThat(diary.events).containsExactly("held", "left");
        lease.stop();
        lease.start();
        assertThat(lease.held()).isNotNull();
        lease.stop();
        assertThat(diary.events).containsExactly("held", "left", "held", "left");
        assertThat(lease.self().losses()).isZero();
    }

    @Test
    void one_heartbeat_every_fifth_of_the_lease_and_nothing_else() {
        Diary diary = new Diary();
        NodeLease lease = lease(direct, LEASE, diary);
        NodeId first = lease.held();
        long from = System.nanoTime();
        int before = diary.renewals.get();
        OwnTime.within(LEASE.multipliedBy(2), () -> diary.renewals.get() >= before + 6);
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThanOrEqualTo(LEASE);
        assertThat(lease.held()).isEqualTo(first);
    }

    @Test
    void a_cut_connection_is_made_anew_within_the_lease() {
        Diary diary = new Diary();
        NodeLease lease = lease(throughProxy(), LEASE, diary);
        NodeId first = lease.held();
        for (int i = 0; i < 5; i++) {
            int before = diary.renewals.get();
            proxy.cutAll();
            await().until(() -> diary.renewals.get() > before);
        }
        assertThat(lease.held()).isEqualTo(first);
        assertThat(diary.events).containsExactly("held");
    }

    @Test
    void a_half_open_connection_is_noticed_in_time() throws Exception {
        Diary diary = new Diary();
        NodeLease lease = lease(throughProxy(), Duration.ofSeconds(6), diary);
        NodeId first = lease.held();
        proxy.swallowPresent();
        OwnTime.within(Duration.ofSeconds(4), () -> lease.self().lastFailure() != null);
        int before = diary.renewals.get();
        await().until(() -> diary.renewals.get() > before);
        assertThat(lease.held()).isEqualTo(first);
        assertThat(diary.events).containsExactly("held");
    }

    @Test
    void a_network_that_swallows_all_ends_the_lease_before_the_database_does() {
        Diary diary = new Diary();
        NodeLease lease = lease(throughProxy(), LEASE, diary);
        NodeId first = lease.held();
        int before = diary.renewals.get();
        await().until(() -> diary.renewals.get() > before);
        long from = System.nanoTime();
        proxy.mode(TcpProxy.Mode.SWALLOW);
        await().until(() -> diary.events.contains("lost"));
        Duration after = Duration.ofNanos(diary.lostAt.get(0) - from);
        assertThat(after).isGreaterThan(LEASE.multipliedBy(3).dividedBy(5).minusMillis(200));
        assertThat(lease.isHeld(first)).isFalse();
        // The row of the former incarnation is still there, and had not expired at the loss.
        assertThat(snapshot().nodes()).singleElement().satisfies(row -> {
            assertThat(row.node()).isEqualTo(first);
            assertThat(row.expires()).isAfter(diary.lostTime.get(0));
        });
        proxy.mode(TcpProxy.Mode.THROUGH);
        await().untilAsserted(() -> assertThat(diary.events).containsExactly("held", "lost", "held"));
        assertThat(lease.held()).isNotEqualTo(first);
        assertThat(lease.self().losses()).isOne();
        // It takes its own former incarnation over, once its lease has ended.
        await().until(() -> diary.tookOver.get() == 1);
        assertThat(snapshot().nodes()).extracting(LeaseSnapshot.NodeRow::node).containsExactly(lease.held());
    }

    @Test
    void a_slow_network_loses_no_lease() {
        slowNetwork(Duration.ofSeconds(6), 4);
    }

    @Test
    @Tag("slow")
    void a_network_with_delays_of_up_to_two_seconds_loses_no_lease_of_fifteen() {
        slowNetwork(Duration.ofSeconds(15), 20);
    }

    /** Each piece of bytes, in both directions, takes up to two fifteenths of the lease. */
    private void slowNetwork(Duration length, int heartbeats) {
        Diary diary = new Diary();
        NodeLease lease = lease(throughProxy(), length, diary);
        NodeId first = lease.held();
        assertThat(first).isNotNull();
        proxy.delay(() -> ThreadLocalRandom.current().nextLong(0, length.toMillis() * 2 / 15));
        int before = diary.renewals.get();
        await().atMost(length.multipliedBy(heartbeats)).until(() -> diary.renewals.get() >= before + heartbeats);
        assertThat(lease.held()).isEqualTo(first);
        assertThat(diary.events).containsExactly("held");
        proxy.delay(() -> 0);
    }

    @Test
    void a_reset_in_the_middle_of_a_commit_is_tried_again() {
        Diary diary = new Diary();
        NodeLease lease = lease(throughProxy(), LEASE, diary);
        NodeId first = lease.held();
        for (boolean forward : new boolean[]{true, false, true}) {
            int before = diary.renewals.get();
            // A heartbeat is one statement that commits by itself: its request is the commit.
            proxy.resetOn(bytes -> bytes.length > 20, forward);
            await().until(() -> lease.self().lastFailure() != null && diary.renewals.get() > before + 1);
        }
        assertThat(lease.held()).isEqualTo(first);
        assertThat(diary.events).containsExactly("held");
    }

    @Test
    void a_lost_answer_to_the_joining_leaves_a_row_that_ends_by_itself() {
        Diary diary = new Diary();
        String joining = "insert into " + prefix + "node";
        proxy.resetOn(bytes -> new String(bytes, StandardCharsets.ISO_8859_1).contains(joining), true);
        NodeLease lease = lease(throughProxy(), LEASE, diary);
        await().until(() -> lease.held() != null);
        assertThat(snapshot().nodes()).hasSize(2);
        await().until(() -> diary.tookOver.get() == 1);
        assertThat(snapshot().nodes()).extracting(LeaseSnapshot.NodeRow::node).containsExactly(lease.held());
        assertThat(diary.events).containsExactly("held");
    }

    @Test
    void a_database_that_is_away_at_the_start_is_waited_for() {
        proxy.mode(TcpProxy.Mode.CUT);
        Diary diary = new Diary();
        NodeLease lease = lease(throughProxy(), LEASE, diary);
        assertThat(lease.held()).isNull();
        assertThat(lease.self().failures()).isPositive();
        assertThat(lease.self().lastFailure()).contains("opening a connection failed").doesNotContain("jdbc:");
        proxy.mode(TcpProxy.Mode.THROUGH);
        await().untilAsserted(() -> assertThat(diary.events).containsExactly("held"));
        assertThat(lease.held()).isNotNull();
    }

    @Test
    void wrong_tables_end_the_start() {
        LeaseStore none = new JdbcLeaseStore(TestDatabases.postgres(), "none_", SchemaMode.NEVER);
        NodeLease lease = new NodeLease(none, MonotonicClock.system(), new LeaseSettings("n", LEASE, Duration.ZERO));
        assertThatThrownBy(lease::start).isInstanceOf(LeaseSchemaException.class);
        assertThat(lease.held()).isNull();
    }

    @Test
    void a_dead_node_is_taken_over_within_a_lease_and_a_heartbeat() throws Exception {
        NodeId dead = NodeId.ofNew("dead");
        long from = System.nanoTime();
        try (LeaseSession session = direct.open(TestDatabases.TIMEOUT)) {
            session.prepare("x", 1);
            session.join(dead, LEASE, false);
            session.acquire(dead, "x", 1, 1, false);
        }
        Diary diary = new Diary();
        lease(direct, LEASE, diary);
        OwnTime.within(LEASE.multipliedBy(6).dividedBy(5).plusMillis(200), () -> diary.tookOver.get() == 1);
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThanOrEqualTo(LEASE);
        assertThat(snapshot().permits()).extracting(LeaseSnapshot.PermitRow::holder).containsOnlyNulls();
    }

    @Test
    void the_draining_mark_stays_over_a_loss() {
        Diary diary = new Diary();
        NodeLease lease = lease(direct, LEASE, diary);
        try (LeaseSession session = direct.open(TestDatabases.TIMEOUT)) {
            session.drain("n", true);
        }
        await().until(lease::isDraining);
        lease.forfeit(lease.held(), "a test");
        await().until(() -> lease.held() != null);
        assertThat(snapshot().nodes()).hasSize(2).extracting(LeaseSnapshot.NodeRow::draining).containsOnly(true);
    }
}
