package io.github.ppool.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.store.MemoryLeaseStore;
import io.github.ppool.pool.GatedPool;
import io.github.ppool.pool.WorkerGate;
import io.github.ppool.pool.WorkerPermit;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The gate of a pool, with a pool that only keeps a record. */
class PoolPermitsTest {

    private final MemoryLeaseStore store = new MemoryLeaseStore(MonotonicClock.system());
    private final NodeLease lease = new NodeLease(
            store, MonotonicClock.system(), new LeaseSettings("n", Duration.ofSeconds(3), Duration.ZERO));
    private final LeasedPermitDesk desk = new LeasedPermitDesk(store, lease, MonotonicClock.system());
    private final PoolPermits permits = new PoolPermits(desk);
    private final ClusterView cluster = new ClusterView(store, lease);
    private final RecordedPool pool = new RecordedPool();

    private static final class RecordedPool implements GatedPool {
        private final List<Pid> ended = new CopyOnWriteArrayList<>();
        private final List<ExitReason> reasons = new CopyOnWriteArrayList<>();
        private final AtomicInteger wanted = new AtomicInteger();
        private final AtomicInteger tries = new AtomicInteger();
        private final AtomicInteger owed = new AtomicInteger(-1);

        @Override
        public String name() {
            return "smtp";
        }

        @Override
        public int wanted() {
            return wanted.get();
        }

        @Override
        public int idle() {
            return 0;
        }

        @Override
        public void permitsAvailable() {
            tries.incrementAndGet();
        }

        @Override
        public int releaseIdle(int count) {
            return 0;
        }

        @Override
        public void releaseNext(int count) {
            owed.set(count);
        }

        @Override
        public boolean end(Pid process, ExitReason reason) {
            ended.add(process);
            reasons.add(reason);
            return true;
        }
    }

    @BeforeEach
    void start() {
        desk.start();
        lease.start();
    }

    @AfterEach
    void stop() {
        lease.stop();
        desk.stop();
    }

    private static Pid process() {
        return new ProcessSystem(MonotonicClock.system()).spawn(self -> {});
    }

    @Test
    void a_worker_has_a_permit_from_before_its_making_until_it_is_closed() throws Exception {
        WorkerGate gate = permits.gate("smtp", 1);
        assertThat(gate).hasToString("cluster-limit 1");
        gate.opened(pool);
        WorkerPermit permit = gate.acquire(pool, process());
        assertThat(permit).isNotNull();
        assertThat(cluster.permits()).singleElement().satisfies(smtp -> {
            assertThat(smtp.name()).isEqualTo("smtp");
            assertThat(smtp.slots()).isOne();
            assertThat(smtp.held()).isOne();
            assertThat(smtp.nodes()).singleElement().satisfies(share -> assertThat(share.held()).isOne());
        });
        pool.wanted.set(1);
        assertThat(gate.acquire(pool, process())).isNull();
        assertThat(cluster.permits().get(0).wanted()).isOne();
        permit.release();
        await().until(() -> pool.tries.get() > 0);
        assertThat(gate.acquire(pool, process())).isNotNull();
    }

    @Test
    void a_lost_lease_ends_the_workers_with_permits() throws Exception {
        WorkerGate gate = permits.gate("smtp", 3);
        gate.opened(pool);
        Pid first = process();
        Pid second = process();
        Pid third = process();
        assertThat(gate.acquire(pool, first)).isNotNull();
        assertThat(gate.acquire(pool, second)).isNotNull();
        WorkerPermit released = gate.acquire(pool, third);
        released.release();
        lease.forfeit(lease.held(), "a test");
        assertThat(pool.ended).containsExactlyInAnyOrder(first, second);
        assertThat(pool.reasons).containsOnly(ExitReason.of("lease-lost"));
        assertThat(pool.owed).as("a debt of the lost lease").hasValue(0);
    }

    @Test
    void without_a_lease_there_is_no_permit() throws Exception {
        WorkerGate gate = permits.gate("smtp", 3);
        gate.opened(pool);
        lease.stop();
        assertThat(gate.acquire(pool, process())).isNull();
    }

    @Test
    void a_pool_that_is_closed_can_be_opened_again() throws Exception {
        WorkerGate gate = permits.gate("smtp", 1);
        gate.opened(pool);
        WorkerPermit permit = gate.acquire(pool, process());
        permit.release();
        gate.closed(pool);
        gate.closed(pool);
        assertThat(gate.acquire(pool, process())).isNull();
        await().until(() -> cluster.permits().get(0).held() == 0);
        RecordedPool next = new RecordedPool();
        gate.opened(next);
        assertThat(gate.acquire(next, process())).isNotNull();
    }

    @Test
    void wrong_limits_are_refused() {
        assertThatThrownBy(() -> permits.gate("smtp", 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cluster-limit must be at least 1, got: 0");
        assertThatThrownBy(() -> permits.gate("x".repeat(196), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 195 characters, got 196");
    }
}
