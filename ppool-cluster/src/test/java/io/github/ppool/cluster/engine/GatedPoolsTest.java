package io.github.ppool.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.OwnTime;
import io.github.ppool.cluster.store.MemoryLeaseStore;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolRejectedException;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.WorkerExitException;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pools of two nodes under one limit, in one JVM. */
class GatedPoolsTest {

    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration TWO_HEARTBEATS = LEASE.multipliedBy(2).dividedBy(5);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LIMIT = 6;
    private static final int CAPACITY = 5_000;

    private final MemoryLeaseStore store = new MemoryLeaseStore(MonotonicClock.system());
    private final AtomicInteger living = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final List<Node> nodes = new ArrayList<>();

    private final class Node {
        private final NodeLease lease;
        private final LeasedPermitDesk desk;
        private final ProcessSystem system = new ProcessSystem(MonotonicClock.system());
        private final Pools pools;
        private final PoolClient<Object> pool;
        private final AtomicInteger workers = new AtomicInteger();

        Node(String name) throws InterruptedException {
            lease = new NodeLease(store, MonotonicClock.system(), new LeaseSettings(name, LEASE, Duration.ZERO));
            desk = new LeasedPermitDesk(store, lease, MonotonicClock.system());
            desk.start();
            lease.start();
            pools = Pools.start(system);
            PoolPermits permits = new PoolPermits(desk);
            pool = pools.startPool(PoolSpec.<Object>builder("smtp", new Factory())
                    .size(5)
                    .maxOverflow(5)
                    .queueCapacity(CAPACITY)
                    .gate(permits.gate("smtp", LIMIT))
                    .build());
            nodes.add(this);
        }

        private final class Factory implements WorkerFactory<Object> {
            @Override
            public Object create() {
                workers.incrementAndGet();
                most.accumulateAndGet(living.incrementAndGet(), Math::max);
                return new Object();
            }

            @Override
            public void destroy(Object worker, @Nullable Throwable cause) {
                living.decrementAndGet();
                workers.decrementAndGet();
            }
        }

        void stop() throws InterruptedException {
            pools.close();
            lease.stop();
            desk.stop();
            system.close();
        }
    }

    @AfterEach
    void stopAll() throws InterruptedException {
        for (Node node : nodes) {
            node.stop();
        }
        assertThat(most).hasValueLessThanOrEqualTo(LIMIT);
        assertThat(living).hasValue(0);
    }

    @Test
    void two_nodes_share_the_limit_and_the_last_one_has_its_size() throws InterruptedException {
        Node one = new Node("one");
        OwnTime.within(TWO_HEARTBEATS, () -> one.workers.get() == 5);
        Node two = new Node("two");
        OwnTime.within(TWO_HEARTBEATS.plusMillis(500), () -> one.workers.get() == 3 && two.workers.get() == 3);
        await().atMost(PATIENCE).during(TWO_HEARTBEATS).until(() -> one.workers.get() == 3 && two.workers.get() == 3);
        nodes.remove(two);
        two.stop();
        OwnTime.within(TWO_HEARTBEATS.plusMillis(500), () -> one.workers.get() == 5);
    }

    @Test
    void tasks_of_both_nodes_run_under_the_limit() throws Exception {
        Node one = new Node("one");
        Node two = new Node("two");
        List<Task<?>> tasks = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            Node node = nodes.get(i % 2);
            tasks.add(node.pool.asyncQueue(worker -> Thread.sleep(5))); // the work of the task
        }
        for (Task<?> task : tasks) {
            task.result().toCompletableFuture().get(60, TimeUnit.SECONDS);
        }
        assertThat(one.lease.self().losses() + two.lease.self().losses()).isZero();
    }

    /** A pool with waiters has no idle worker that it could give back: the next workers that become free end. */
    @Test
    void a_node_that_is_never_idle_gives_permits_up_too() throws Exception {
        Node one = new Node("one");
        AtomicBoolean ends = new AtomicBoolean();
        for (int i = 0; i < 40; i++) {
            again(one, ends);
        }
        await().atMost(PATIENCE).until(() -> one.workers.get() == LIMIT);
        Node two = new Node("two");
        OwnTime.within(TWO_HEARTBEATS.multipliedBy(2), () -> two.workers.get() == 3);
        assertThat(one.pool.status().queueDepth()).isPositive();
        await().atMost(PATIENCE).during(TWO_HEARTBEATS).until(() -> one.workers.get() <= 3 && two.workers.get() == 3);
        ends.set(true);
    }

    /** The queue is longer than the pool serves within the test, and it is full: a request in it would be refused. */
    @Test
    void a_long_and_full_queue_delays_no_permit() throws Exception {
        Node one = new Node("one");
        AtomicBoolean ends = new AtomicBoolean();
        AtomicInteger ran = new AtomicInteger();
        int accepted = 0;
        try {
            while (true) {
                assertThat(one.pool.asyncQueue(worker -> {
                    if (!ends.get()) {
                        Thread.sleep(20); // the work of the task
                    }
                    ran.incrementAndGet();
                })).isNotNull();
                accepted++;
            }
        } catch (PoolRejectedException full) {
            assertThat(accepted).isGreaterThanOrEqualTo(CAPACITY);
        }
        await().atMost(PATIENCE).until(() -> one.workers.get() == LIMIT);
        Node two = new Node("two");
        OwnTime.within(TWO_HEARTBEATS.multipliedBy(2), () -> two.workers.get() == 3);
        assertThat(one.pool.status().queueDepth()).as("tasks that still wait").isGreaterThan(CAPACITY / 2);
        await().atMost(PATIENCE).during(TWO_HEARTBEATS).until(() -> one.workers.get() == 3 && two.workers.get() == 3);
        ends.set(true);
        int all = accepted;
        await().atMost(PATIENCE).until(() -> ran.get() == all);
    }

    /** Threads that take their last worker again need no lock, and no worker is idle when the node looks. */
    @Test
    void borrowers_without_a_queue_delay_no_permit() throws Exception {
        Node one = new Node("one");
        AtomicBoolean ends = new AtomicBoolean();
        List<Thread> borrowers = new ArrayList<>();
        for (int i = 0; i < LIMIT; i++) {
            borrowers.add(Thread.ofPlatform().start(() -> {
                while (!ends.get()) {
                    try (Lease<Object> lease = one.pool.checkout()) {
                        assertThat(lease.worker()).isNotNull();
                        LockSupport.parkNanos(1_000_000); // the use of the worker
                    }
                }
            }));
        }
        await().atMost(PATIENCE).until(() -> one.workers.get() == LIMIT);
        Node two = new Node("two");
        OwnTime.within(TWO_HEARTBEATS.multipliedBy(2), () -> two.workers.get() == 3);
        await().atMost(PATIENCE).during(TWO_HEARTBEATS).until(() -> one.workers.get() == 3 && two.workers.get() == 3);
        ends.set(true);
        for (Thread borrower : borrowers) {
            borrower.join();
        }
    }

    /** Hands a task over that hands the next one over. */
    private static void again(Node node, AtomicBoolean ends) {
        Task<?> task = node.pool.asyncQueue(worker -> {
            Thread.sleep(40); // the work of the task: the pool is never idle
            if (!ends.get()) {
                again(node, ends);
            }
        });
        assertThat(task).isNotNull();
    }

    @Test
    void a_lost_lease_ends_workers_at_once_and_they_come_back_with_the_next_one() throws Exception {
        Node one = new Node("one");
        await().atMost(PATIENCE).until(() -> one.workers.get() == 5);
        CountDownLatch begun = new CountDownLatch(1);
        Task<?> task = one.pool.asyncQueue(worker -> {
            begun.countDown();
            Thread.sleep(60_000); // the work of the task, which the lost lease ends
        });
        begun.await();
        one.lease.forfeit(one.lease.held(), "a test");
        OwnTime.within(LEASE.dividedBy(5), () -> one.workers.get() == 0);
        Throwable failed = catchThrowable(() -> task.result().toCompletableFuture().get(60, TimeUnit.SECONDS));
        assertThat(failed).isInstanceOf(ExecutionException.class).cause().isInstanceOfSatisfying(
                WorkerExitException.class,
                ended -> assertThat(ended.reason()).isEqualTo(ExitReason.of("lease-lost")));
        OwnTime.within(LEASE.multipliedBy(2), () -> one.workers.get() == 5);
    }
}
