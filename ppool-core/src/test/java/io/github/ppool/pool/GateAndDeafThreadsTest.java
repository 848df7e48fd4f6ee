package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import io.github.ppool.pool.engine.EngineInvariants;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.time.ManualClock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The permit of a worker with a killed process, while its thread heeds no interrupt and goes on. */
@Timeout(60)
class GateAndDeafThreadsTest {

    private static final Duration GRACE = Duration.ofSeconds(5);

    private final CapturedLog log = CapturedLog.silence();
    private final ManualClock clock = new ManualClock();
    private final ProcessSystem system = new ProcessSystem(clock);
    private Pools pools;
    private final CountingGate gate = new CountingGate(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final CountDownLatch mayClose = new CountDownLatch(1);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicInteger closed = new AtomicInteger();
    private volatile boolean deafFactory;
    private final CountDownLatch making = new CountDownLatch(1);
    private volatile boolean slowClose;

    @BeforeEach
    void startPools() throws InterruptedException {
        pools = Pools.start(system);
    }

    @AfterEach
    void close() throws InterruptedException {
        goOn.countDown();
        mayClose.countDown();
        system.close();
        assertThat(system.awaitThreads(Duration.ofSeconds(50))).isTrue();
        Eventually.so(() -> gate.out + " permits are out", () -> gate.out.get() == 0);
        assertThat(gate.violations).isEmpty();
        log.close();
    }

    private static void awaitDeaf(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException e) {
                // deaf
            }
        }
    }

    private PoolClient<Object> start() {
        PoolClient<Object> pool = pools.startPool(PoolSpec.builder("pool", new WorkerFactory<Object>() {
            @Override
            public Object create() {
                if (deafFactory) {
                    deafFactory = false;
                    making.countDown();
                    awaitDeaf(goOn);
                }
                return new Object();
            }

            @Override
            public void destroy(Object worker, @Nullable Throwable cause) {
                closing.countDown();
                if (slowClose) {
                    awaitDeaf(mayClose);
                }
                closed.incrementAndGet();
            }
        }).size(1).maxOverflow(0).gate(gate).restart(PoolWorld.AT_ONCE).orphanGrace(GRACE).build());
        return pool;
    }

    /** The one worker runs a task that goes on after the end of its process. */
    private PoolClient<Object> startWithDeafTask() throws InterruptedException {
        PoolClient<Object> pool = start();
        CountDownLatch begun = new CountDownLatch(1);
        var unused = pool.asyncQueue(worker -> {
            begun.countDown();
            awaitDeaf(goOn);
        });
        begun.await();
        return pool;
    }

    private void awaitWorkers(PoolClient<?> pool, int available) {
        Eventually.so(pool::status, () -> pool.status().available() == available);
        EngineInvariants.check(pool);
    }

    @Test
    void the_permit_is_kept_until_the_thread_has_left_the_worker() throws InterruptedException {
        PoolClient<Object> pool = startWithDeafTask();
        system.exit(gate.processes.getFirst(), ExitReason.KILL);
        Eventually.so(pool::status, () -> pool.status().orphaned() == 1);
        EngineInvariants.check(pool);
        assertThat(gate.out).as("the thread has the worker").hasValue(1);
        goOn.countDown();
        awaitWorkers(pool, 1);
        assertThat(closed).hasValue(1);
        assertThat(gate.processes).hasSize(2);
        assertThat(gate.out).hasValue(1);
    }

    @Test
    void the_permit_is_released_when_another_thread_has_closed_the_worker() throws InterruptedException {
        slowClose = true;
        PoolClient<Object> pool = startWithDeafTask();
        system.exit(gate.processes.getFirst(), ExitReason.KILL);
        Eventually.so(pool::status, () -> pool.status().orphaned() == 1);
        clock.advance(GRACE);
        closing.await();
        assertThat(gate.out).as("it is being closed").hasValue(1);
        goOn.countDown(); // the thread leaves, and the other one still closes
        assertThat(gate.out).hasValue(1);
        mayClose.countDown();
        awaitWorkers(pool, 1);
        assertThat(closed).as("closed once").hasValue(1);
        assertThat(gate.processes).hasSize(2);
    }

    @Test
    void the_gate_ends_a_worker_with_a_deaf_thread() throws InterruptedException {
        PoolClient<Object> pool = startWithDeafTask();
        assertThat(gate.pool().end(gate.processes.getFirst(), ExitReason.of("lease-lost"))).isTrue();
        Eventually.so(pool::status, () -> pool.status().orphaned() == 1);
        assertThat(gate.out).hasValue(1);
        clock.advance(GRACE);
        awaitWorkers(pool, 1);
        assertThat(closed).hasValue(1);
        goOn.countDown();
    }

    @Test
    void a_deaf_factory_keeps_its_permit_until_its_thread_ends() throws InterruptedException {
        deafFactory = true;
        PoolClient<Object> pool = start();
        making.await(); // the permit alone is not enough: a process that ends before its factory begins gives it back
        assertThat(gate.out).hasValue(1);
        system.exit(gate.processes.getFirst(), ExitReason.KILL);
        Eventually.so(pool::status, () -> pool.status().waitingForPermit() == 1);
        assertThat(gate.out).as("the factory goes on").hasValue(1);
        goOn.countDown();
        awaitWorkers(pool, 1);
        assertThat(closed).as("the one that came too late").hasValue(1);
    }

    @Test
    void the_stop_of_a_pool_closes_the_worker_and_releases_the_permit() throws InterruptedException {
        PoolClient<Object> pool = startWithDeafTask();
        system.exit(gate.processes.getFirst(), ExitReason.KILL);
        // and the next process waits for the place
        Eventually.so(pool::status, () -> pool.status().orphaned() == 1 && pool.status().starting() == 1);
        Thread stopping = Thread.ofVirtual().start(() -> pools.stopPool("pool", Duration.ZERO));
        Eventually.so(() -> gate, () -> gate.closed.get() == 1);
        stopping.join();
        assertThat(gate.out).hasValue(0);
        assertThat(closed).hasValue(1);
    }
}
