package io.github.ppool.pool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.CapturedLog;
import io.github.ppool.conformance.World;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A large pool begins a few hundred workers at the same time, and goes on as they are made. */
@Timeout(60)
class FilledInStepsTest {

    private static final int FILL_BATCH = PoolCore.FILL_BATCH;

    private final CapturedLog log = CapturedLog.silence();
    private final World world = new World();
    private final Pools pools = world.perform(() -> Pools.start(world.system()));
    private final Factory factory = new Factory();

    @AfterEach
    void close() {
        world.close();
        log.close();
    }

    /** Makes a worker when it is told to. */
    private static final class Factory implements WorkerFactory<Integer> {
        volatile boolean waits;
        volatile boolean fails;
        final Queue<Pid> waiting = new ConcurrentLinkedQueue<>();
        final AtomicInteger made = new AtomicInteger();

        @Override
        public Integer create() throws Exception {
            if (waits) {
                ProcessContext self = Objects.requireNonNull(ProcessSystem.currentProcess());
                waiting.add(self.self());
                self.receive("go on"::equals);
            }
            if (fails) {
                throw new IllegalStateException("no server");
            }
            return made.incrementAndGet();
        }

        void goOn(int workers) {
            for (int i = 0; i < workers; i++) {
                waiting.remove().send("go on");
            }
        }
    }

    private PoolClient<Integer> start(int size, int failureLimit) {
        PoolClient<Integer> pool = world.perform(() -> pools.startPool(PoolSpec.builder("large", factory)
                .size(size).maxOverflow(0).creationFailureLimit(failureLimit).build()));
        world.quiesce();
        return pool;
    }

    private static int begun(PoolClient<?> pool) {
        return pool.status().workers();
    }

    @Test
    void for_each_worker_that_is_made_the_next_one_is_begun() {
        factory.waits = true;
        PoolClient<Integer> pool = start(FILL_BATCH + 100, 0);
        assertThat(begun(pool)).isEqualTo(FILL_BATCH);
        factory.goOn(30);
        world.quiesce();
        assertThat(pool.status().available()).isEqualTo(30);
        assertThat(begun(pool)).isEqualTo(FILL_BATCH + 30);
        factory.waits = false;
        factory.goOn(FILL_BATCH);
        world.quiesce();
        assertThat(pool.status().available()).isEqualTo(FILL_BATCH + 100);
        assertThat(factory.made).hasValue(FILL_BATCH + 100);
    }

    @Test
    void workers_that_take_long_hold_up_no_others() {
        factory.waits = true;
        PoolClient<Integer> pool = start(2 * FILL_BATCH + 10, 0);
        assertThat(begun(pool)).isEqualTo(FILL_BATCH);
        world.advance(Duration.ofMillis(1_100));
        assertThat(begun(pool)).isEqualTo(2 * FILL_BATCH);
        factory.waits = false;
        factory.goOn(2 * FILL_BATCH);
        world.quiesce();
        assertThat(pool.status().available()).isEqualTo(2 * FILL_BATCH + 10);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10})
    void workers_that_can_not_be_made_hold_up_no_others(int failureLimit) {
        factory.fails = true;
        PoolClient<Integer> pool = start(FILL_BATCH + 100, failureLimit);
        assertThat(begun(pool)).isEqualTo(FILL_BATCH + 100);
        assertThat(pool.status().available()).isZero();
        factory.fails = false;
        world.advance(Duration.ofMinutes(2));
        assertThat(pool.status().available()).isEqualTo(FILL_BATCH + 100);
    }

    @Test
    void a_pool_that_is_made_larger_is_filled_in_steps_too() {
        PoolClient<Integer> pool = start(10, 0);
        assertThat(pool.status().available()).isEqualTo(10);
        factory.waits = true;
        assertThat(pools.admin().resize("large", 1_000, 0)).isTrue();
        world.quiesce();
        assertThat(begun(pool)).isEqualTo(10 + FILL_BATCH);
        factory.waits = false;
        factory.goOn(FILL_BATCH);
        world.quiesce();
        assertThat(pool.status().available()).isEqualTo(1_000);
    }

    @Test
    void callers_who_wait_need_not_wait_for_a_step() {
        factory.waits = true;
        PoolClient<Integer> pool = start(FILL_BATCH + 10, 0);
        assertThat(begun(pool)).isEqualTo(FILL_BATCH);
        for (int i = 0; i < FILL_BATCH + 1; i++) {
            var unused = pool.asyncQueue(worker -> {});
        }
        world.quiesce();
        assertThat(begun(pool)).isEqualTo(FILL_BATCH + 1);
        factory.waits = false;
        factory.goOn(FILL_BATCH + 1);
        world.quiesce();
        assertThat(pool.status().queueDepth()).isZero();
        assertThat(pool.status().available()).isEqualTo(FILL_BATCH + 10);
    }
}
