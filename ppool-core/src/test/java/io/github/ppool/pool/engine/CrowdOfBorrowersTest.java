package io.github.ppool.pool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.CheckoutTimeoutException;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolRejectedException;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.pool.PoolWorld.Client;
import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.pool.PoolWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Virtual threads that wait where others wait already: they join the queue, and are handed a worker, without the usual
 * checks. The result must be as with them.
 */
class CrowdOfBorrowersTest {

    private final PoolWorld world = new PoolWorld();

    @AfterEach
    void close() {
        world.close();
    }

    private Client<Lease<Worker>> waiting(PoolClient<Worker> pool, int seconds) {
        Client<Lease<Worker>> client = world.client(() -> pool.checkout(Duration.ofSeconds(seconds)));
        assertThat(client.done).isFalse();
        return client;
    }

    private static void assertOpen(PoolClient<Worker> pool) {
        assertThat(EngineInvariants.engineOf(pool).core.queue.looksOpen()).isTrue();
    }

    @Test
    void each_gives_up_at_the_end_of_its_own_time() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Lease<Worker> lease = pool.checkout();
        Client<?> first = waiting(pool, 10);
        assertOpen(pool);
        Client<?> same = waiting(pool, 10);
        Client<?> longer = waiting(pool, 25);
        assertOpen(pool);
        Client<?> shorter = waiting(pool, 5); // no scan would find it in time, so it schedules one
        world.advance(Duration.ofMillis(4_999));
        assertThat(shorter.done).isFalse();
        world.advance(Duration.ofMillis(1));
        assertThat(shorter.failure).isInstanceOf(CheckoutTimeoutException.class).hasMessageContaining("5S");
        Client<?> later = waiting(pool, 10);
        Client<?> last = waiting(pool, 25);
        world.advance(Duration.ofMillis(4_999));
        assertThat(first.done || same.done).isFalse();
        world.advance(Duration.ofMillis(1));
        assertThat(first.failure).isInstanceOf(CheckoutTimeoutException.class);
        assertThat(same.failure).isInstanceOf(CheckoutTimeoutException.class);
        assertThat(pool.status()).returns(3, PoolStatus::queueDepth);
        world.advance(Duration.ofSeconds(5));
        assertThat(later.failure).isInstanceOf(CheckoutTimeoutException.class);
        world.advance(Duration.ofSeconds(10));
        assertThat(longer.failure).isInstanceOf(CheckoutTimeoutException.class);
        assertThat(last.done).isFalse();
        world.advance(Duration.ofSeconds(5));
        assertThat(last.failure).isInstanceOf(CheckoutTimeoutException.class);
        assertThat(pool.status()).returns(0, PoolStatus::queueDepth);
        lease.close();
        assertThat(pool.status()).returns(1, PoolStatus::available);
    }

    @Test
    void those_are_served_in_the_order_in_which_they_came_but_for_who_has_left() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Lease<Worker> lease = pool.checkout();
        Client<Lease<Worker>> first = waiting(pool, 10);
        Client<Lease<Worker>> killed = waiting(pool, 10);
        Client<Lease<Worker>> third = waiting(pool, 10);
        Client<Lease<Worker>> fourth = waiting(pool, 10);
        assertOpen(pool);
        world.kill(killed.pid());
        assertThat(pool.status()).returns(3, PoolStatus::queueDepth);
        lease.close();
        world.world.quiesce();
        assertThat(first.result().isOpen()).isTrue();
        assertThat(third.done).isFalse();
        world.kill(first.pid()); // gives its worker back
        assertThat(third.result().isOpen()).isTrue();
        assertThat(fourth.done).isFalse();
        world.advance(Duration.ofSeconds(10));
        assertThat(fourth.failure).isInstanceOf(CheckoutTimeoutException.class);
        assertThat(third.result().isOpen()).isTrue();
        assertThat(pool.status()).returns(0, PoolStatus::queueDepth).returns(1, PoolStatus::borrowed);
    }

    @Test
    void no_more_may_wait_than_the_queue_holds() {
        PoolClient<Worker> pool = world.start(spec -> spec.queueCapacity(3));
        Lease<Worker> lease = pool.checkout();
        List<Client<?>> waiting = List.of(waiting(pool, 10), waiting(pool, 10), waiting(pool, 10));
        Client<?> refused = world.client(pool::checkout);
        assertThat(refused.failure).isInstanceOf(PoolRejectedException.class)
                .hasMessageContaining("queue-capacity 3 is reached");
        world.kill(waiting.get(1).pid());
        waiting(pool, 10);
        assertThat(world.client(pool::checkout).failure).isInstanceOf(PoolRejectedException.class);
        assertThat(pool.status()).returns(3, PoolStatus::queueDepth);
        lease.close();
    }

    @Test
    void whoever_waits_is_told_when_the_pool_stops_or_is_suspended() {
        PoolClient<Worker> pool = world.start(spec -> spec.refuseWhileSuspended(true));
        Lease<Worker> lease = pool.checkout();
        Client<?> first = waiting(pool, 10);
        Client<?> second = waiting(pool, 10);
        assertOpen(pool);
        world.pools.admin().suspend("pool");
        world.world.quiesce();
        assertThat(first.failure).isInstanceOf(PoolRejectedException.class);
        assertThat(second.failure).isInstanceOf(PoolRejectedException.class);
        assertThat(world.client(pool::checkout).failure).isInstanceOf(PoolRejectedException.class);
        world.pools.admin().resume("pool");
        Client<?> third = waiting(pool, 10);
        Client<?> fourth = waiting(pool, 10);
        assertOpen(pool);
        lease.fail(new IllegalStateException("broken")); // a new worker comes, to the third
        world.world.quiesce();
        assertThat(third.failure).isNull();
        assertThat(third.done).isTrue();
        assertThat(fourth.done).isFalse();
        world.client(() -> world.pools.stopPool("pool", Duration.ofSeconds(1)));
        world.advance(Duration.ofSeconds(2));
        assertThat(fourth.failure).isInstanceOf(PoolStoppedException.class);
    }

    @Test
    void threads_that_are_no_processes_hand_a_worker_on_from_one_to_the_next() throws Exception {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Lease<Worker> lease = pool.checkout();
        List<Integer> served = new CopyOnWriteArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            int before = i;
            threads.add(Thread.ofVirtual().start(() -> {
                try (Lease<Worker> mine = pool.checkout(Duration.ofDays(1))) {
                    assertThat(pool.tryCheckout()).isEmpty();
                    served.add(mine.isOpen() ? number : -1);
                }
            }));
            while (pool.status().queueDepth() <= before) {
                Thread.onSpinWait();
            }
        }
        lease.close();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(served).containsExactly(0, 1, 2, 3, 4);
        assertThat(pool.status()).returns(1, PoolStatus::available).returns(0, PoolStatus::borrowed)
                .returns(6L, PoolStatus::checkouts);
    }

    @Test
    void a_crowd_that_nobody_looks_at_loses_nothing() throws Exception {
        PoolClient<Worker> pool = world.start(spec -> spec.size(3));
        int crowd = 50;
        int rounds = 200;
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger wrong = new AtomicInteger();
        AtomicInteger served = new AtomicInteger();
        CountDownLatch begin = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < crowd; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    begin.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                for (int round = 0; round < rounds; round++) {
                    try (Lease<Worker> mine = pool.checkout(Duration.ofDays(1))) {
                        if (inside.incrementAndGet() > 3 || !mine.isOpen()) {
                            wrong.incrementAndGet();
                        }
                        Thread.yield();
                        inside.decrementAndGet();
                    }
                    served.incrementAndGet();
                }
            }));
        }
        begin.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).hasValue(0);
        assertThat(served).hasValue(crowd * rounds);
        assertThat(pool.status()).returns(3, PoolStatus::available).returns(0, PoolStatus::queueDepth)
                .returns((long) crowd * rounds, PoolStatus::checkouts);
        assertThat(Objects.requireNonNull(pool.toString())).contains("WaitQueue[]");
    }
}
