package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import java.lang.management.ManagementFactory;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The cost of an idle pool when there are very many: heap and threads. All of them are closed together. */
class ManyPoolsTest {

    private static final int MANY = 1000;
    /** 18 once the code is compiled; frames of code that is not are larger, and each pool has two stacks. */
    private static final int MOST_KIB_EACH = 24;
    private static final Duration LONG = Duration.ofSeconds(30);

    private final ProcessSystem system = new ProcessSystem();

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        system.close();
        assertThat(system.awaitThreads(LONG)).isTrue();
    }

    @Test
    void an_idle_pool_has_no_thread_of_its_own_and_few_kibibytes() throws InterruptedException {
        try (Pools pools = Pools.start(system)) {
            start("warm", 100, 1, pools);
            int threads = ManagementFactory.getThreadMXBean().getThreadCount();
            long before = usedHeap();

            List<PoolClient<Object>> started = start("pool", MANY, 1, pools);

            assertThat((usedHeap() - before) / 1024 / MANY).as("KiB for each pool").isLessThanOrEqualTo(MOST_KIB_EACH);
            assertThat(ManagementFactory.getThreadMXBean().getThreadCount() - threads)
                    .as("platform threads more").isLessThan(MANY / 10);
            assertThat(started).allSatisfy(pool -> assertThat(pool.status().available()).isEqualTo(1));
        }
    }

    @Test
    void a_pool_without_workers_costs_no_more() throws InterruptedException {
        try (Pools pools = Pools.start(system)) {
            start("warm", 100, 0, pools);
            long before = usedHeap();

            List<PoolClient<Object>> started = start("pool", MANY, 0, pools);

            assertThat((usedHeap() - before) / 1024 / MANY).as("KiB for each pool").isLessThanOrEqualTo(MOST_KIB_EACH);
            assertThat(started).hasSize(MANY);
        }
    }

    @Test
    void all_are_closed_together_and_refuse_callers_then() throws InterruptedException {
        List<PoolClient<Object>> started;
        Pools pools = Pools.start(system);
        try {
            started = start("pool", MANY, 1, pools);
        } finally {
            pools.close();
        }

        assertThat(pools.names()).isEmpty();
        assertThat(started).allSatisfy(
                pool -> assertThatThrownBy(pool::checkout).isInstanceOf(PoolStoppedException.class));
    }

    @Test
    void to_tell_a_listener_of_each_end_takes_few_threads() throws InterruptedException {
        AtomicInteger told = new AtomicInteger();
        long before;
        try (Pools pools = Pools.start(system)) {
            for (int i = 0; i < MANY; i++) {
                pools.startPool(PoolSpec.builder("pool" + i, Object::new).size(1).awaitReady(LONG)
                        .listener(new PoolListener() {
                            @Override
                            public void workerExited(String pool, Pid worker, ExitReason reason) {
                                told.incrementAndGet();
                            }
                        }).build());
            }
            before = ManagementFactory.getThreadMXBean().getTotalStartedThreadCount();
        }
        assertThat(told).hasValue(MANY);
        assertThat(ManagementFactory.getThreadMXBean().getTotalStartedThreadCount() - before)
                .as("platform threads started").isLessThan(MANY / 2);
    }

    /** Started and idle, each with its workers. */
    private static List<PoolClient<Object>> start(String name, int count, int size, Pools pools)
            throws InterruptedException {
        List<PoolClient<Object>> started = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            started.add(pools.startPool(
                    PoolSpec.builder(name + i, Object::new).size(size).maxOverflow(1).awaitReady(LONG).build()));
        }
        return started;
    }

    private static long usedHeap() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            ReferenceQueue<Object> handled = new ReferenceQueue<>();
            WeakReference<Object> last = new WeakReference<>(new Object(), handled);
            System.gc();
            // the collector hands references to another thread, which comes to this one when it has done that work
            assertThat(handled.remove(LONG.toMillis())).as("the reference that was cleared").isSameAs(last);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
