package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import io.github.ppool.conformance.World;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartIntensity;
import io.github.ppool.restart.RestartType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts, stops and resizes, several at once, interrupted, or by callers that do not live to see the end. */
@Timeout(60)
class ControlOperationsTest {

    private static final Duration LONG = Duration.ofHours(1);

    private final CapturedLog log = CapturedLog.silence();
    private final ProcessSystem system = new ProcessSystem();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Pools pools;

    @BeforeEach
    void start() throws InterruptedException {
        pools = Pools.start(system);
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        pools.close();
        system.close();
        log.close();
    }

    private static PoolSpec.Builder<Object> single(String name) {
        return PoolSpec.<Object>builder(name, Object::new).size(1).maxOverflow(0)
                .checkoutTimeout(Duration.ofSeconds(20));
    }

    private void assertStartsAgain(String name) {
        PoolClient<Object> again = pools.startPool(single(name).build());
        again.transaction(worker -> {});
        assertThat(pools.pool(name)).containsSame(again);
        assertThat(pools.stopPool(again, Duration.ZERO)).isTrue();
        assertThat(pools.names()).doesNotContain(name);
    }

    // ---- starting

    @Test
    void a_start_whose_caller_is_interrupted_before_is_undone_or_done_and_the_name_is_not_lost() {
        for (int round = 0; round < 100; round++) {
            Thread.currentThread().interrupt();
            PoolClient<Object> started = null;
            try {
                started = pools.startPool(single("pool").build()); // the answer was there before the wait for it
            } catch (PoolInterruptedException e) {
                assertThat(e).hasMessageContaining("the caller was interrupted while the pool was started");
            }
            assertThat(Thread.interrupted()).isTrue();
            assertThat(pools.pool("pool").isPresent()).isEqualTo(started != null);
            if (started != null) {
                assertThat(pools.stopPool(started, Duration.ZERO)).isTrue();
            }
            assertStartsAgain("pool");
        }
        Eventually.so(system::processes, () -> system.processes().equals(List.of(pools.supervisor())));
    }

    @Test
    void a_start_that_is_interrupted_at_any_moment_has_happened_or_has_not() throws Exception {
        for (int round = 0; round < 200; round++) {
            CyclicBarrier go = new CyclicBarrier(2);
            Thread starter = Thread.currentThread();
            int spins = 20 * round;
            Future<?> interrupter = threads.submit(() -> {
                go.await();
                for (int i = 0; i < spins; i++) {
                    Thread.onSpinWait();
                }
                starter.interrupt();
                return null;
            });
            PoolClient<Object> started = null;
            try {
                go.await();
                started = pools.startPool(single("pool").build());
            } catch (InterruptedException | PoolInterruptedException e) {
                // then there is no pool
            }
            awaitUninterrupted(interrupter);
            assertThat(pools.pool("pool").isPresent()).isEqualTo(started != null);
            if (started != null) {
                started.transaction(worker -> {});
                assertThat(pools.stopPool(started, Duration.ZERO)).isTrue();
            }
            assertStartsAgain("pool");
        }
    }

    private static void awaitUninterrupted(Future<?> future) throws Exception {
        while (true) {
            try {
                future.get();
                Thread.interrupted();
                return;
            } catch (InterruptedException e) {
                // the one that was to come
            }
        }
    }

    // ---- stopping

    @Test
    void two_stops_at_once_are_one_and_leave_the_next_pool_of_that_name_alone() throws Exception {
        for (int round = 0; round < 300; round++) {
            PoolClient<Object> old = pools.startPool(single("pool").build());
            CyclicBarrier go = new CyclicBarrier(2);
            boolean byName = round % 2 == 0;
            Future<Boolean> other = threads.submit(() -> {
                go.await();
                return byName ? pools.stopPool("pool", Duration.ZERO) : pools.stopPool(old, Duration.ZERO);
            });
            go.await();
            boolean mine = pools.stopPool(old, Duration.ZERO);
            if (!byName) {
                PoolClient<Object> fresh = pools.startPool(single("pool").build());
                boolean theirs = other.get(50, TimeUnit.SECONDS);
                assertThat(mine || theirs).isTrue();
                fresh.transaction(worker -> {});
                assertThat(pools.pool("pool")).containsSame(fresh);
                assertThat(fresh.status().phase()).isEqualTo(PoolPhase.RUNNING);
                assertThat(pools.stopPool(fresh, Duration.ZERO)).isTrue();
            } else {
                boolean theirs = other.get(50, TimeUnit.SECONDS); // a name may be the next pool's by then
                assertThat(mine || theirs).isTrue();
            }
            assertThat(old.status().phase()).isEqualTo(PoolPhase.STOPPED);
            assertThat(pools.names()).isEmpty();
        }
    }

    @Test
    void a_handle_of_a_stopped_pool_stops_no_other_one() {
        PoolClient<Object> old = pools.startPool(single("pool").build());
        assertThat(pools.stopPool("pool", Duration.ZERO)).isTrue();
        PoolClient<Object> fresh = pools.startPool(single("pool").build());
        assertThat(pools.stopPool(old, Duration.ZERO)).isFalse();
        fresh.transaction(worker -> {});
    }

    @Test
    void a_name_is_taken_until_nothing_is_left_of_its_pool() throws Exception {
        PoolClient<Object> pool = pools.startPool(single("pool").build());
        Lease<Object> held = pool.checkout();
        var stopped = pools.stopPoolAsync("pool", LONG).toCompletableFuture();
        assertThatThrownBy(() -> pools.startPool(single("pool").build())).isInstanceOf(IllegalStateException.class)
                .hasMessage("name of a pool must be free, but there is a pool 'pool' already, which is being stopped");
        assertThat(stopped).isNotDone();
        held.close();
        assertThat(stopped.get(50, TimeUnit.SECONDS)).isTrue();
        assertStartsAgain("pool");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"SHUTDOWN", "KILL"})
    void a_pool_is_stopped_although_the_process_that_stops_it_is_ended(String how) {
        ExitReason reason = how.equals("KILL") ? ExitReason.KILL : ExitReason.SHUTDOWN;
        PoolClient<Object> pool = pools.startPool(single("pool").build());
        Lease<Object> held = pool.checkout();
        Pid stopper = system.spawn(self -> pools.stopPool("pool", LONG));
        Eventually.so(pool::status, () -> pool.status().phase() == PoolPhase.DRAINING);
        system.exit(stopper, reason);
        assertThat(stopper.isAlive()).isFalse();
        assertThat(held.isOpen()).isTrue();
        held.close();
        Eventually.so(pools::names, () -> pools.names().isEmpty());
        assertThat(pool.status().phase()).isEqualTo(PoolPhase.STOPPED);
        assertStartsAgain("pool");
    }

    @Test
    void all_pools_are_stopped_although_the_process_that_stops_them_is_ended() throws Exception {
        List<PoolClient<Object>> all = List.of(pools.startPool(single("a").build()),
                pools.startPool(single("b").build()));
        Lease<Object> held = all.getFirst().checkout();
        Pid stopper = system.spawn(self -> pools.stop(LONG));
        Eventually.so(pools::names, () -> all.getFirst().status().phase() == PoolPhase.DRAINING);
        system.exit(stopper, ExitReason.SHUTDOWN);
        held.close();
        Eventually.so(pools::names, () -> pools.names().isEmpty() && !pools.supervisor().isAlive());
        assertThat(all).allSatisfy(pool -> assertThat(pool.status().phase()).isEqualTo(PoolPhase.STOPPED));
        pools.close(); // has no work left
        assertThat(system.awaitThreads(Duration.ofSeconds(50))).isTrue();
    }

    @Test
    void a_second_stop_with_less_time_shortens_the_first_and_one_with_more_does_not_lengthen_it() throws Exception {
        PoolClient<Object> pool = pools.startPool(single("pool").build());
        Lease<Object> held = pool.checkout();
        Future<Boolean> first = threads.submit(() -> pools.stopPool("pool", LONG));
        Eventually.so(pool::status, () -> pool.status().phase() == PoolPhase.DRAINING);
        Future<Boolean> longer = threads.submit(() -> pools.stopPool("pool", LONG.multipliedBy(2)));
        assertThat(held.isOpen()).isTrue();
        assertThat(pools.stopPool("pool", Duration.ZERO)).isTrue();
        assertThat(held.isOpen()).isFalse();
        assertThat(first.get(50, TimeUnit.SECONDS)).isTrue();
        longer.get(50, TimeUnit.SECONDS);
        assertThat(pools.names()).isEmpty();
    }

    @Test
    void a_stop_whose_caller_is_interrupted_is_done_at_once_and_said_so() throws Exception {
        PoolClient<Object> pool = pools.startPool(single("pool").build());
        Lease<Object> held = pool.checkout();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> pools.stopPool("pool", LONG)).isInstanceOf(PoolInterruptedException.class)
                .hasMessageContaining("it was stopped at once");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(held.isOpen()).isFalse();
        assertStartsAgain("pool");
    }

    /** Workers that close in their own time, and that is longer than they are given. */
    private static final class SlowToClose implements WorkerFactory<Object> {
        private final boolean traps;

        SlowToClose(boolean traps) {
            this.traps = traps;
        }

        @Override
        public Object create() throws Exception {
            self().trapExits(traps);
            return new Object();
        }

        @Override
        public void destroy(Object worker, @Nullable Throwable cause) throws Exception {
            if (self().self().isAlive()) {
                self().receive(message -> false); // for ever
            }
        }
    }

    private static ProcessContext self() {
        return Objects.requireNonNull(ProcessSystem.currentProcess());
    }

    @ParameterizedTest(name = "and trap exits: {0}")
    @ValueSource(booleans = {false, true})
    void workers_that_close_slowly_are_stopped_side_by_side(boolean traps) {
        try (World world = new World()) {
            Pools tree = world.perform(() -> Pools.start(world.system()));
            for (int pool = 0; pool < 3; pool++) {
                PoolSpec<Object> spec = PoolSpec.builder("pool" + pool, new SlowToClose(traps))
                        .size(7)
                        .maxOverflow(0)
                        .shutdown(Duration.ofSeconds(2))
                        .build();
                PoolClient<Object> started = world.perform(() -> tree.startPool(spec));
                world.quiesce();
                assertThat(started.status().available()).isEqualTo(7);
            }
            long before = world.clock().nanoTime();
            world.perform(() -> {
                tree.close();
                return true;
            });
            assertThat(Duration.ofNanos(world.clock().nanoTime() - before)).isBetween(Duration.ofSeconds(2),
                    Duration.ofSeconds(3));
            assertThat(tree.names()).isEmpty();
        }
    }

    @Test
    void a_pool_that_is_stopped_holds_up_neither_the_start_nor_the_repair_nor_the_stop_of_others() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        WorkerFactory<Object> slow = new WorkerFactory<>() {
            @Override
            public Object create() throws Exception {
                self().trapExits(true);
                return new Object();
            }

            @Override
            public void destroy(Object worker, @Nullable Throwable cause) throws Exception {
                release.await();
            }
        };
        PoolClient<Object> slowPool = pools
                .startPool(PoolSpec.builder("slow", slow).size(3).maxOverflow(0).shutdown(LONG).build());
        PoolClient<Object> other = pools.startPool(single("other").build());
        other.transaction(worker -> {});
        slowPool.transaction(worker -> {});
        Future<Boolean> stop = threads.submit(() -> pools.stopPool("slow", Duration.ZERO));
        Eventually.so(slowPool::status, () -> slowPool.status().phase() == PoolPhase.STOPPED);
        for (int round = 0; round < 3; round++) {
            Pid supervisor = pools.supervisor("other").orElseThrow();
            system.exit(supervisor, ExitReason.KILL);
            Eventually.so(other::status, () -> pools.supervisor("other").filter(pid -> !pid.equals(supervisor))
                    .isPresent() && other.status().phase() == PoolPhase.RUNNING);
            other.transaction(worker -> {});
            assertStartsAgain("another");
        }
        assertThat(stop.isDone()).isFalse();
        assertThat(pools.names()).containsExactly("other", "slow");
        release.countDown();
        assertThat(stop.get(50, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void thousands_of_pools_are_closed_and_none_concerns_another() {
        int many = 2_000;
        Set<String> stopped = ConcurrentHashMap.newKeySet();
        AtomicInteger told = new AtomicInteger();
        PoolListener counts = new PoolListener() {
            @Override
            public void phaseChanged(String pool, PoolPhase phase) {
                told.incrementAndGet();
                if (phase == PoolPhase.STOPPED) {
                    stopped.add(pool);
                }
            }
        };
        for (int i = 0; i < many; i++) {
            pools.startPool(single("pool" + i).listener(counts).build());
        }
        int before = told.get();
        pools.close(); // within the time that the class has
        assertThat(stopped).hasSize(many);
        assertThat(told.get() - before).isLessThanOrEqualTo(3 * many); // and not many times each
        assertThat(pools.names()).isEmpty();
        assertThat(pools.supervisor().isAlive()).isFalse();
    }

    @Test
    void operations_by_name_at_random_from_several_threads_leave_nothing_behind() throws Exception {
        AtomicInteger made = new AtomicInteger();
        AtomicInteger closed = new AtomicInteger();
        WorkerFactory<Object> counting = new WorkerFactory<>() {
            @Override
            public Object create() {
                made.incrementAndGet();
                return new Object();
            }

            @Override
            public void destroy(Object worker, @Nullable Throwable cause) {
                closed.incrementAndGet();
            }
        };
        List<Throwable> unexpected = new CopyOnWriteArrayList<>();
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Random random = new Random(i);
            all.add(threads.submit(() -> {
                for (int n = 0; n < 300; n++) {
                    String name = "pool" + random.nextInt(3);
                    try {
                        operate(name, random, counting);
                    } catch (IllegalStateException | PoolException e) {
                        // another thread was faster
                    } catch (Throwable thrown) {
                        unexpected.add(thrown);
                    }
                }
            }));
        }
        for (Future<?> one : all) {
            one.get(50, TimeUnit.SECONDS);
        }
        assertThat(unexpected).isEmpty();
        for (String name : pools.names()) {
            PoolClient<?> pool = pools.pool(name).orElseThrow();
            pools.admin().resume(name);
            assertThat(pool.status().phase()).isEqualTo(PoolPhase.RUNNING);
            pool.checkout(Duration.ofSeconds(20)).close();
            assertThat(pools.stopPool(pool, Duration.ofSeconds(20))).isTrue();
            assertThat(pool.status()).returns(PoolPhase.STOPPED, PoolStatus::phase).returns(0, PoolStatus::workers);
        }
        for (String name : List.of("pool0", "pool1", "pool2")) {
            assertStartsAgain(name);
        }
        Eventually.so(system::processes, () -> system.processes().equals(List.of(pools.supervisor())));
        Eventually.so(() -> made + " made, " + closed + " closed", () -> made.get() == closed.get());
    }

    private void operate(String name, Random random, WorkerFactory<Object> factory) {
        switch (random.nextInt(6)) {
            case 0, 1 -> pools.startPool(PoolSpec.builder(name, factory).size(1).maxOverflow(1).build());
            case 2 -> pools.stopPool(name, Duration.ofMillis(random.nextInt(3)));
            case 3 -> pools.pool(name).ifPresent(pool -> pool.checkout(Duration.ofMillis(2)).close());
            case 4 -> pools.admin().resize(name, random.nextInt(3), 1);
            default -> {
                if (!pools.admin().suspend(name)) {
                    pools.admin().restartPool(name);
                }
                pools.admin().resume(name);
            }
        }
    }

    // ---- resizing, and workers that are dismissed

    @Test
    void workers_that_a_resize_makes_superfluous_go_when_their_time_to_live_is_over() {
        try (PoolWorld world = new PoolWorld()) {
            PoolClient<PoolWorld.Worker> pool = world
                    .start(spec -> spec.size(10).overflowTtl(Duration.ofSeconds(30)));
            assertThat(pool.status().available()).isEqualTo(10);
            world.pools.admin().resize("pool", 2, 0);
            world.advance(Duration.ofSeconds(29));
            assertThat(pool.status().available()).isEqualTo(10);
            world.advance(Duration.ofSeconds(1));
            assertThat(pool.status()).returns(2, PoolStatus::available).returns(2, PoolStatus::workers);
            world.advance(Duration.ofDays(1));
            assertThat(pool.status()).returns(2, PoolStatus::available).returns(2, PoolStatus::workers);
        }
    }

    private enum Closes {
        NEVER,
        WITH_AN_ERROR,
        WITH_AN_EXCEPTION
    }

    @ParameterizedTest(name = "by restart type: {0}")
    @ValueSource(booleans = {false, true})
    void the_ends_of_dismissed_workers_are_no_restarts_however_they_close(boolean byType) {
        for (Closes closes : Closes.values()) {
            try (World world = new World()) {
                Pools tree = world.perform(() -> Pools.start(world.system()));
                WorkerFactory<Object> factory = new WorkerFactory<>() {
                    @Override
                    public Object create() {
                        return new Object();
                    }

                    @Override
                    public void destroy(Object worker, @Nullable Throwable cause) throws Exception {
                        switch (closes) {
                            case NEVER -> self().receive(message -> false);
                            case WITH_AN_ERROR -> throw new AssertionError("close");
                            case WITH_AN_EXCEPTION -> throw new java.io.IOException("close");
                        }
                    }
                };
                PoolSpec.Builder<Object> spec = PoolSpec.builder("pool", factory).size(1).maxOverflow(4)
                        .shutdown(Duration.ofMillis(200));
                if (byType) {
                    spec.restart(RestartType.PERMANENT, new RestartIntensity(1, Duration.ofHours(1)));
                }
                PoolClient<Object> pool = world.perform(() -> tree.startPool(spec.build()));
                world.quiesce();
                Pid supervisor = tree.supervisor("pool").orElseThrow();
                List<Lease<Object>> leases = new ArrayList<>();
                Pid borrower = world.system().spawn(self -> {
                    for (int i = 0; i < 5; i++) {
                        leases.add(pool.checkout());
                    }
                    leases.subList(1, 5).forEach(Lease::close);
                    self.receive();
                });
                world.advance(Duration.ofMinutes(1));
                assertThat(leases.getFirst().isOpen()).as("%s", closes).isTrue();
                assertThat(pool.status()).returns(PoolPhase.RUNNING, PoolStatus::phase)
                        .returns(1, PoolStatus::borrowed).returns(1, PoolStatus::workers);
                assertThat(tree.supervisor("pool")).contains(supervisor);
                assertThat(borrower.isAlive()).isTrue();
            }
        }
    }
}
