package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.Eventually;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Workers that ask to be replaced. */
@Timeout(60)
class WornWorkersTest {

    private record Worker(int number, WorkerWear wear) {}

    private final ProcessSystem system = new ProcessSystem();
    private final Pools pools;
    private final AtomicInteger made = new AtomicInteger();
    private final List<Worker> closed = new CopyOnWriteArrayList<>();
    private final List<ExitReason> exits = new CopyOnWriteArrayList<>();
    private final List<Throwable> notMade = new CopyOnWriteArrayList<>();

    WornWorkersTest() throws InterruptedException {
        pools = Pools.start(system);
    }

    @AfterEach
    void close() {
        pools.close();
        system.close();
    }

    private class Factory implements WearingFactory<Worker> {
        @Override
        public Worker create() {
            return new Worker(made.incrementAndGet(), new WorkerWear());
        }

        @Override
        public WorkerWear wear(Worker worker) {
            return worker.wear();
        }

        @Override
        public void destroy(Worker worker, @Nullable Throwable cause) {
            closed.add(worker);
        }
    }

    private PoolSpec.Builder<Worker> spec(Factory factory) {
        return PoolSpec.builder("worn", factory).maxOverflow(0).listener(new PoolListener() {
            @Override
            public void workerExited(String pool, Pid worker, ExitReason reason) {
                exits.add(reason);
            }

            @Override
            public void workerNotMade(String pool, Throwable cause, int inARow) {
                notMade.add(cause);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void a_worn_worker_is_replaced_in_good_order_when_it_comes_back(PoolStrategy strategy) {
        PoolClient<Worker> pool = pools.startPool(spec(new Factory()).size(1).strategy(strategy).build());
        Worker first = pool.transactionResult(worker -> worker);
        assertThat(pool.<Worker, RuntimeException>transactionResult(worker -> worker)).isSameAs(first);
        try (Lease<Worker> lease = pool.checkout()) {
            lease.worker().wear().mark();
            assertThat(lease.worker()).as("its holder keeps it").isSameAs(first);
            assertThat(closed).isEmpty();
        }
        Worker second = pool.transactionResult(worker -> worker);
        assertThat(second.number()).isEqualTo(2);
        Eventually.so(() -> closed, () -> closed.equals(List.of(first)));
        Eventually.so(() -> exits, () -> exits.size() == 1);
        assertThat(exits.get(0).isOrderly()).isTrue();
        assertThat(first.wear().isWorn()).isTrue();
        assertThat(second.wear().isWorn()).isFalse();
    }

    @Test
    void a_waiting_caller_gets_the_next_worker() throws Exception {
        PoolClient<Worker> pool = pools.startPool(spec(new Factory()).size(1).build());
        Lease<Worker> lease = pool.checkout();
        var waiting = pool.checkoutAsync(Duration.ofSeconds(30)).toCompletableFuture();
        lease.worker().wear().mark();
        lease.close();
        try (Lease<Worker> next = waiting.get(50, TimeUnit.SECONDS)) {
            assertThat(next.worker().number()).isEqualTo(2);
        }
    }

    @Test
    void a_task_wears_its_worker_as_a_lease_does() throws Exception {
        PoolClient<Worker> pool = pools.startPool(spec(new Factory()).size(2).build());
        for (int i = 0; i < 10; i++) {
            pool.asyncQueueResult(worker -> {
                worker.wear().mark();
                return worker;
            }).result().toCompletableFuture().get(50, TimeUnit.SECONDS);
        }
        Eventually.so(() -> closed, () -> closed.size() == 10);
        Eventually.so(() -> exits, () -> exits.size() == 10);
        assertThat(exits).allSatisfy(reason -> assertThat(reason.isOrderly()).isTrue());
    }

    @Test
    void a_worker_whose_mark_can_not_be_had_is_not_made() {
        AtomicInteger asked = new AtomicInteger();
        PoolClient<Worker> pool = pools.startPool(spec(new Factory() {
            @Override
            public WorkerWear wear(Worker worker) {
                if (asked.incrementAndGet() == 1) {
                    throw new IllegalStateException("no mark");
                }
                return super.wear(worker);
            }
        }).size(1).build());
        Worker worker = pool.transactionResult(lent -> lent);
        assertThat(worker.number()).isEqualTo(2);
        assertThat(closed).as("it was made, so it is closed").extracting(Worker::number).containsExactly(1);
    }
}
