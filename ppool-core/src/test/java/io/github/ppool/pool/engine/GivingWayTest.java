package io.github.ppool.pool.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.pool.CheckoutTimeoutException;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolInterruptedException;
import io.github.ppool.pool.PoolListener;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.pool.PoolStrategy;
import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.pool.PoolWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A platform thread that has handed its worker on gives way for a moment before it queues again. The thread of the test
 * does so; {@link #meanwhile} is the event of that moment.
 */
class GivingWayTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final PoolWorld world = new PoolWorld();
    private final ExecutorService other = Executors.newCachedThreadPool(this::stranger);
    private final List<Duration> served = new ArrayList<>();
    private final Thread test = Thread.currentThread();
    private int gaveWay;
    private Callable<?> meanwhile = () -> null;

    @AfterEach
    void close() throws Exception {
        other.shutdown();
        assertThat(other.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        world.close();
    }

    /** To the thread of the test; {@link #forOthers} is to the others. */
    private EnginePoolClient<Worker> pool(PoolStrategy strategy) {
        PoolClient<Worker> pool = world.start(spec -> spec.strategy(strategy).listener(new PoolListener() {
            @Override
            public void served(String name, Duration waited) {
                if (Thread.currentThread().equals(test)) {
                    served.add(waited);
                }
            }
        }));
        return ((EnginePoolClient<Worker>) pool).withPause(nanos -> {
            assertThat(nanos).isEqualTo(EnginePoolClient.GIVE_WAY_NANOS);
            gaveWay++;
            try {
                meanwhile.call();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    @SuppressWarnings("unchecked") // the engine of this very client
    private static <W> PoolClient<W> forOthers(EnginePoolClient<W> pool) {
        return ((PoolEngine<W>) pool.engine()).client;
    }

    /**
     * A thread that does not drive the one of the test out of the table of {@link BorrowerTable}, which has hints
     * only of the threads that have given way.
     */
    private Thread stranger(Runnable work) {
        Thread thread;
        do {
            thread = new Thread(work);
        } while ((thread.threadId() - test.threadId()) % 256 == 0);
        return thread;
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.get(50, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private <T> T byTheOther(Callable<T> step) {
        return get(other.submit(step));
    }

    /** Another platform thread, which waits. */
    private Future<Lease<Worker>> waiting(EnginePoolClient<Worker> pool) {
        int before = pool.status().queueDepth();
        Future<Lease<Worker>> waits = other.submit(() -> forOthers(pool).checkout(PATIENCE));
        awaitWaiting(pool, before + 1);
        return waits;
    }

    private static void awaitWaiting(PoolClient<Worker> pool, int howMany) {
        await(() -> pool.status().queueDepth() == howMany);
    }

    /** Waits for a state that no event reports. */
    private static void await(BooleanSupplier state) {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (!state.getAsBoolean()) {
            assertThat(System.nanoTime() - giveUp).isNegative();
            Thread.yield();
        }
    }

    /** The other has the worker, by the hand of the thread of the test. */
    private Lease<Worker> handOn(EnginePoolClient<Worker> pool) {
        Lease<Worker> mine = pool.checkout();
        Future<Lease<Worker>> his = waiting(pool);
        mine.close();
        return get(his);
    }

    @ParameterizedTest
    @EnumSource
    void what_comes_back_meanwhile_is_taken_and_the_time_told(PoolStrategy strategy) {
        EnginePoolClient<Worker> pool = pool(strategy);
        Lease<Worker> his = handOn(pool);
        meanwhile = () -> byTheOther(() -> {
            assertThat(pool.status()).returns(0, PoolStatus::queueDepth);
            his.close();
            Lease<Worker> again = forOthers(pool).checkout(); // as often as the thread likes
            world.advance(Duration.ofMillis(3));
            again.close();
            return again;
        });
        Lease<Worker> mine = pool.checkout();
        assertThat(mine.isOpen()).isTrue();
        assertThat(his.isOpen()).isFalse();
        assertThat(gaveWay).isEqualTo(1);
        assertThat(served).containsExactly(Duration.ofMillis(3));
        assertThat(pool.status()).returns(4L, PoolStatus::checkouts).returns(1, PoolStatus::borrowed);
        mine.close();
    }

    @ParameterizedTest
    @EnumSource
    void who_comes_meanwhile_is_served_before(PoolStrategy strategy) throws Exception {
        EnginePoolClient<Worker> pool = pool(strategy);
        Lease<Worker> his = handOn(pool);
        List<Future<Lease<Worker>>> third = new ArrayList<>();
        meanwhile = () -> third.add(waiting(pool));
        Thread closing = Thread.ofPlatform().start(() -> {
            awaitWaiting(pool, 2);
            his.close();
            get(third.getFirst()).close();
        });
        Lease<Worker> mine = pool.checkout();
        assertThat(gaveWay).isEqualTo(1);
        assertThat(third.getFirst()).isDone();
        mine.close();
        closing.join();
    }

    @Test
    void the_time_counts() throws Exception {
        EnginePoolClient<Worker> pool = pool(PoolStrategy.LIFO);
        Lease<Worker> his = handOn(pool);
        meanwhile = () -> {
            world.advance(Duration.ofSeconds(4));
            return null;
        };
        Thread clock = Thread.ofPlatform().start(() -> {
            awaitWaiting(pool, 1);
            world.advance(Duration.ofMillis(5_999));
            awaitWaiting(pool, 1);
            world.advance(Duration.ofMillis(1));
        });
        assertThatThrownBy(() -> pool.checkout(PATIENCE)).isInstanceOf(CheckoutTimeoutException.class)
                .hasMessageContaining("PT10S");
        assertThat(gaveWay).isEqualTo(1);
        assertThat(world.world.clock().nanoTime()).isEqualTo(Duration.ofSeconds(10).toNanos());
        clock.join();
        his.close();
        assertThat(pool.status()).returns(1, PoolStatus::available).returns(0, PoolStatus::queueDepth);
    }

    @Test
    void an_interrupt_is_for_the_wait() {
        EnginePoolClient<Worker> pool = pool(PoolStrategy.LIFO);
        Lease<Worker> his = handOn(pool);
        meanwhile = () -> {
            test.interrupt();
            return null;
        };
        assertThatThrownBy(pool::checkout).isInstanceOf(PoolInterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(gaveWay).isEqualTo(1);
        his.close();
        assertThat(pool.status()).returns(1, PoolStatus::available).returns(0, PoolStatus::queueDepth);
    }

    @Test
    void a_pool_that_stops_meanwhile_refuses() {
        EnginePoolClient<Worker> pool = pool(PoolStrategy.LIFO);
        Lease<Worker> his = handOn(pool);
        meanwhile = () -> byTheOther(() -> {
            Future<?> stopped = other.submit(() -> world.pools.stopPool("pool", PATIENCE));
            await(() -> pool.status().phase() != PoolPhase.RUNNING);
            his.close();
            return stopped.get();
        });
        assertThatThrownBy(pool::checkout).isInstanceOf(PoolStoppedException.class);
        assertThat(gaveWay).isEqualTo(1);
    }

    @Test
    void only_once_for_each_worker_that_is_handed_on() {
        EnginePoolClient<Worker> pool = pool(PoolStrategy.LIFO);
        Lease<Worker> his = handOn(pool);
        meanwhile = () -> byTheOther(() -> {
            his.close();
            return null;
        });
        Lease<Worker> mine = pool.checkout();
        assertThat(gaveWay).isEqualTo(1);
        mine.close(); // no caller waits
        Lease<Worker> held = byTheOther(() -> forOthers(pool).checkout());
        meanwhile = () -> {
            throw new AssertionError("gives way again");
        };
        Future<?> closing = other.submit(() -> {
            awaitWaiting(pool, 1);
            held.close();
        });
        pool.checkout().close();
        get(closing);
    }

    @Test
    void who_has_no_time_or_is_a_virtual_thread_does_not() throws Exception {
        EnginePoolClient<Worker> pool = pool(PoolStrategy.LIFO);
        Lease<Worker> his = handOn(pool);
        meanwhile = () -> {
            throw new AssertionError("gives way");
        };
        assertThat(pool.tryCheckout()).isEmpty();
        assertThatThrownBy(() -> pool.checkout(Duration.ZERO)).isInstanceOf(CheckoutTimeoutException.class);
        assertThatThrownBy(() -> pool.checkout(Duration.ofSeconds(-1))).isInstanceOf(CheckoutTimeoutException.class);
        Future<?> clock = other.submit(() -> {
            awaitWaiting(pool, 1);
            world.advance(Duration.ofMillis(4));
        });
        assertThatThrownBy(() -> pool.checkout(Duration.ofMillis(4))).isInstanceOf(CheckoutTimeoutException.class);
        get(clock);
        AtomicInteger times = new AtomicInteger();
        Thread virtual = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < 2; i++) {
                Lease<Worker> lease = pool.checkout(PATIENCE);
                Future<Lease<Worker>> next = waiting(pool);
                lease.close();
                get(next).close();
                times.incrementAndGet();
            }
        });
        awaitWaiting(pool, 1);
        his.close();
        virtual.join();
        assertThat(times).hasValue(2);
        assertThat(gaveWay).isZero();
    }

    /** With the moment as it is for users. */
    @ParameterizedTest
    @EnumSource
    void more_threads_than_workers_get_all_that_they_ask_for(PoolStrategy strategy) throws Exception {
        PoolClient<Worker> pool = world.start(spec -> spec.strategy(strategy).size(2));
        ConcurrentHashMap<Worker, Thread> holders = new ConcurrentHashMap<>();
        CountDownLatch begin = new CountDownLatch(1);
        int threads = 8;
        int each = 2_000;
        List<Future<@Nullable Object>> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            all.add(other.submit(() -> {
                begin.await();
                for (int n = 0; n < each; n++) {
                    try (Lease<Worker> lease = pool.checkout(PATIENCE)) {
                        Worker worker = lease.worker();
                        assertThat(holders.put(worker, Thread.currentThread())).isNull();
                        holders.remove(worker);
                    }
                }
                return null;
            }));
        }
        begin.countDown();
        for (Future<?> one : all) {
            one.get(60, TimeUnit.SECONDS);
        }
        assertThat(pool.status())
                .returns((long) threads * each, PoolStatus::checkouts)
                .returns(2, PoolStatus::available)
                .returns(0, PoolStatus::queueDepth);
    }
}
