package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import io.github.ppool.pool.engine.PoolView;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker has one holder at a time. A thread that can't be ended keeps its worker until the thread has left it. */
@Timeout(60)
class HoldersTest {

    private static final Duration GRACE = Duration.ofSeconds(5);

    private final CapturedLog log = CapturedLog.silence();
    private final ManualClock clock = new ManualClock();
    private final ProcessSystem system = new ProcessSystem(clock);
    private Pools pools;
    private final Factory factory = new Factory();
    private final CountDownLatch release = new CountDownLatch(1);
    private final List<Throwable> violations = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws InterruptedException {
        pools = Pools.start(system);
    }

    @AfterEach
    void close() throws InterruptedException {
        release.countDown();
        system.close();
        assertThat(system.awaitThreads(Duration.ofSeconds(50))).isTrue();
        log.close();
        assertThat(violations).isEmpty();
    }

    /** A worker that knows how many use it. */
    private final class Worker {
        private final String name;
        private final AtomicInteger users = new AtomicInteger();
        private final CountDownLatch closed = new CountDownLatch(1);

        Worker(String name) {
            this.name = name;
        }

        void enter() {
            if (users.incrementAndGet() != 1) {
                violations.add(new AssertionError(this + " has two users"));
            }
        }

        void leave() {
            users.decrementAndGet();
        }

        /** Uses the worker until the end, and ignores interrupts. */
        void useUntil(CountDownLatch end) {
            enter();
            awaitDeaf(end);
            leave();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private final class Factory implements WorkerFactory<Worker> {
        final AtomicInteger made = new AtomicInteger();
        final List<String> destroyed = new CopyOnWriteArrayList<>();
        final List<Thread> destroyers = new CopyOnWriteArrayList<>();

        @Override
        public Worker create() {
            return new Worker("w" + made.incrementAndGet());
        }

        @Override
        public void destroy(Worker worker, @Nullable Throwable cause) {
            destroyed.add(worker.name);
            destroyers.add(Thread.currentThread());
            worker.closed.countDown();
        }
    }

    private static void awaitDeaf(CountDownLatch end) {
        while (true) {
            try {
                end.await();
                return;
            } catch (InterruptedException e) {
                // deaf
            }
        }
    }

    private PoolClient<Worker> start(UnaryOperator<PoolSpec.Builder<Worker>> settings) {
        return pools.startPool(settings.apply(PoolSpec.builder("pool", factory)
                .size(1)
                .maxOverflow(0)
                .orphanGrace(GRACE)
                .restart(PoolWorld.AT_ONCE))
                .build());
    }

    private static void awaitStatus(PoolClient<?> pool, java.util.function.Predicate<PoolStatus> reached) {
        Eventually.so(pool::status, () -> reached.test(pool.status()));
    }

    private static void use(Lease<Worker> lease) {
        lease.worker().enter();
        lease.worker().leave();
    }

    /** A process that borrows, uses the worker until it is released, and acts on the lease then. */
    private Pid deafBorrower(PoolClient<Worker> pool, boolean platform, java.util.function.Consumer<Lease<Worker>> then)
            throws Exception {
        CompletableFuture<Lease<Worker>> taken = new CompletableFuture<>();
        SpawnOptions options = SpawnOptions.labelled("borrower");
        Pid borrower = system.spawn(self -> {
            Lease<Worker> lease = pool.checkout(Duration.ofHours(1));
            Worker worker = lease.worker();
            worker.enter();
            taken.complete(lease);
            awaitDeaf(release);
            worker.leave();
            then.accept(lease);
        }, platform ? options.onPlatformThread() : options);
        taken.get(50, TimeUnit.SECONDS);
        return borrower;
    }

    private CompletableFuture<String> nextBorrower(PoolClient<Worker> pool) {
        CompletableFuture<String> served = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (Lease<Worker> lease = pool.checkout(Duration.ofHours(1))) {
                use(lease);
                served.complete(lease.worker().name);
            } catch (PoolException e) {
                served.completeExceptionally(e);
            }
        });
        awaitStatus(pool, status -> status.queueDepth() == 1);
        return served;
    }

    private void assertBalanced(PoolClient<Worker> pool, int size) {
        Eventually.so(system::orphaned, () -> system.orphanCount() == 0);
        awaitStatus(pool, status -> status.available() == size && status.workers() == size);
        assertThat(pool.status()).returns(0, PoolStatus::orphaned).returns(0, PoolStatus::borrowed)
                .returns(0, PoolStatus::queueDepth).returns(0, PoolStatus::stopping);
        assertThat(factory.made.get() - factory.destroyed.size()).isEqualTo(size);
        assertThat(factory.destroyed).doesNotHaveDuplicates();
    }

    // ---- the process of a borrower is killed

    @ParameterizedTest(name = "on a platform thread: {0}")
    @ValueSource(booleans = {false, true})
    void a_killed_borrowers_worker_is_held_back_until_its_thread_gives_it_back(boolean platform) throws Exception {
        PoolClient<Worker> pool = start(spec -> spec);
        Pid borrower = deafBorrower(pool, platform, Lease::close);
        system.exit(borrower, ExitReason.KILL);
        assertThat(borrower.isAlive()).isFalse();
        assertThat(pool.tryCheckout()).isEmpty();
        assertThat(pool.status()).returns(1, PoolStatus::borrowed).returns(1, PoolStatus::orphaned)
                .returns(0, PoolStatus::available);
        assertThat(pool.status().explain()).contains("1 of them in the hands of killed processes' threads");
        CompletableFuture<String> next = nextBorrower(pool);
        clock.advance(GRACE.minusMillis(1));
        assertThat(next).isNotDone();
        release.countDown();
        assertThat(next.get(50, TimeUnit.SECONDS)).isEqualTo("w1");
        assertBalanced(pool, 1);
    }

    @Test
    void a_killed_borrowers_worker_is_lent_again_when_its_thread_ends_without_giving_it_back() throws Exception {
        PoolClient<Worker> pool = start(spec -> spec);
        Pid borrower = deafBorrower(pool, false, lease -> {});
        system.exit(borrower, ExitReason.SHUTDOWN);
        CompletableFuture<String> next = nextBorrower(pool);
        release.countDown();
        assertThat(next.get(50, TimeUnit.SECONDS)).isEqualTo("w1");
        assertBalanced(pool, 1);
    }

    @Test
    void after_the_grace_the_worker_is_crashed_and_never_lent_again() throws Exception {
        PoolClient<Worker> pool = start(spec -> spec);
        Pid borrower = deafBorrower(pool, true, Lease::close);
        system.exit(borrower, ExitReason.KILL);
        CompletableFuture<String> next = nextBorrower(pool);
        clock.advance(GRACE);
        assertThat(next.get(50, TimeUnit.SECONDS)).isEqualTo("w2");
        assertThat(factory.destroyed).containsExactly("w1");
        assertThat(pool.status().lastFailure()).hasMessageContaining(
                "was ended, and its thread has not left the worker within PT5S");
        release.countDown(); // its thread gives back a lease that is over
        assertBalanced(pool, 1);
    }

    @Test
    void without_a_grace_the_worker_is_crashed_as_soon_as_its_borrower_is_killed() throws Exception {
        PoolClient<Worker> pool = start(spec -> spec.orphanGrace(Duration.ZERO));
        Pid borrower = deafBorrower(pool, false, Lease::close);
        CompletableFuture<String> next = nextBorrower(pool);
        system.exit(borrower, ExitReason.KILL);
        clock.advance(Duration.ZERO);
        assertThat(next.get(50, TimeUnit.SECONDS)).isEqualTo("w2");
    }

    @Test
    void a_killed_borrower_that_says_that_its_worker_is_broken_is_believed() throws Exception {
        PoolClient<Worker> pool = start(spec -> spec);
        IllegalStateException broken = new IllegalStateException("broken");
        Pid borrower = deafBorrower(pool, false, lease -> lease.fail(broken));
        system.exit(borrower, ExitReason.KILL);
        CompletableFuture<String> next = nextBorrower(pool);
        release.countDown();
        assertThat(next.get(50, TimeUnit.SECONDS)).isEqualTo("w2");
        assertThat(factory.destroyed).containsExactly("w1");
        assertThat(pool.status().lastFailure()).isSameAs(broken);
    }

    @Test
    void all_that_a_killed_borrower_had_is_held_back_and_comes_back_in_the_order_in_which_it_was_taken()
            throws Exception {
        PoolClient<Worker> pool = start(spec -> spec.size(3));
        awaitStatus(pool, status -> status.available() == 3);
        CompletableFuture<List<Pid>> taken = new CompletableFuture<>();
        Pid borrower = system.spawn(self -> {
            List<Pid> workers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                workers.add(pool.checkout().pid());
            }
            taken.complete(workers);
            awaitDeaf(release);
        });
        List<Pid> workers = taken.get(50, TimeUnit.SECONDS);
        system.exit(borrower, ExitReason.KILL);
        assertThat(pool.status()).returns(3, PoolStatus::orphaned).returns(3, PoolStatus::workers);
        release.countDown();
        assertBalanced(pool, 3);
        assertThat(PoolView.idleOldestFirst(pool)).containsExactlyElementsOf(workers);
    }

    @Test
    void a_borrower_that_heeds_its_interrupt_is_never_seen_by_the_next_one() throws Exception {
        PoolClient<Worker> pool = start(spec -> spec);
        for (int i = 0; i < 200; i++) {
            CountDownLatch taken = new CountDownLatch(1);
            Pid borrower = system.spawn(self -> pool.transaction(worker -> {
                worker.enter();
                taken.countDown();
                while (!Thread.currentThread().isInterrupted()) {
                    Thread.onSpinWait();
                }
                worker.leave();
            }));
            taken.await();
            system.exit(borrower, ExitReason.KILL);
            assertThat(nextServed(pool)).isEqualTo("w1"); // it looks by itself whether the worker is used
        }
        assertBalanced(pool, 1);
    }

    private static String nextServed(PoolClient<Worker> pool) {
        try (Lease<Worker> lease = pool.checkout(Duration.ofHours(1))) {
            use(lease);
            return lease.worker().name;
        }
    }

    @Test
    void a_pool_stops_although_a_killed_borrower_has_its_worker() throws Exception {
        PoolClient<Worker> pool = start(spec -> spec);
        Pid borrower = deafBorrower(pool, false, Lease::close);
        system.exit(borrower, ExitReason.KILL);
        assertThat(pools.stopPool(pool, Duration.ZERO)).isTrue();
        assertThat(factory.destroyed).containsExactly("w1");
        assertThat(pools.names()).isEmpty();
    }

    // ---- the process of a worker is killed

    @ParameterizedTest(name = "on platform threads: {0}")
    @ValueSource(booleans = {false, true})
    void the_worker_of_a_killed_task_is_closed_by_another_thread_after_the_grace_which_frees_the_first(
            boolean platform) throws Exception {
        PoolClient<Worker> pool = start(spec -> spec.platformThreads(platform));
        CompletableFuture<Thread> runs = new CompletableFuture<>();
        Task<?> task = pool.asyncQueue(worker -> {
            runs.complete(Thread.currentThread());
            worker.useUntil(worker.closed); // as one that waits at a socket
        });
        Thread own = runs.get(50, TimeUnit.SECONDS);
        assertThat(task.exit(ExitReason.KILL)).isTrue();
        assertThat(task.state()).isEqualTo(TaskState.FAILED);
        CompletableFuture<String> next = nextBorrower(pool);
        clock.advance(GRACE.minusMillis(1));
        assertThat(factory.destroyed).isEmpty();
        assertThat(next).isNotDone();
        assertThat(pool.status().orphaned()).isEqualTo(1);
        clock.advance(Duration.ofMillis(1));
        assertThat(next.get(50, TimeUnit.SECONDS)).isEqualTo("w2");
        assertThat(factory.destroyed).containsExactly("w1");
        assertThat(factory.destroyers.getFirst()).isNotEqualTo(own);
        assertBalanced(pool, 1);
    }

    @Test
    void a_killed_task_that_ends_within_the_grace_closes_its_worker_itself() throws Exception {
        PoolClient<Worker> pool = start(spec -> spec);
        CompletableFuture<Thread> runs = new CompletableFuture<>();
        Task<?> task = pool.asyncQueue(worker -> {
            runs.complete(Thread.currentThread());
            worker.useUntil(release);
        });
        Thread own = runs.get(50, TimeUnit.SECONDS);
        task.exit(ExitReason.KILL);
        CompletableFuture<String> next = nextBorrower(pool);
        release.countDown();
        assertThat(next.get(50, TimeUnit.SECONDS)).isEqualTo("w2");
        assertThat(factory.destroyed).containsExactly("w1");
        assertThat(factory.destroyers).containsExactly(own);
        Eventually.so(system::orphaned, () -> system.orphanCount() == 0);
        clock.advance(GRACE);
        assertBalanced(pool, 1);
    }

    @ParameterizedTest(name = "on platform threads: {0}")
    @ValueSource(booleans = {false, true})
    void killed_tasks_that_heed_nothing_bring_the_pool_to_a_standstill_and_not_the_machine(boolean platform)
            throws Exception {
        int places = 3;
        PoolClient<Worker> pool = start(spec -> spec.size(2).maxOverflow(1).platformThreads(platform));
        int killed = 0;
        for (int i = 0; i < 2 * places; i++) { // as many as may be left behind, and as many that keep their places
            CountDownLatch runs = new CountDownLatch(1);
            Task<?> task = pool.asyncQueue(worker -> {
                runs.countDown();
                worker.useUntil(release);
            });
            runs.await();
            // Time that goes by must not overtake a worker in the making. The others wait for the thread of an orphan.
            int waiting = Math.max(0, i - places);
            awaitStatus(pool, status -> status.starting() == waiting);
            assertThat(task.exit(ExitReason.KILL)).isTrue();
            killed++;
            int now = killed;
            Eventually.so(() -> factory.destroyed + " of " + factory.made + ", " + pool.status(), () -> {
                clock.advance(GRACE); // again, if it came before a timer
                return factory.destroyed.size() == now;
            });
        }
        assertThat(system.orphanCount()).isEqualTo(2 * places);
        assertThat(pool.status()).returns(places, PoolStatus::workers).returns(places, PoolStatus::orphaned)
                .returns(0, PoolStatus::available);
        assertThat(factory.made).hasValue(2 * places);
        assertThat(pool.tryCheckout()).isEmpty();
        clock.advance(Duration.ofDays(1));
        assertThat(factory.made).hasValue(2 * places);
        assertThat(system.orphanCount()).isEqualTo(2 * places);
        release.countDown();
        assertBalanced(pool, 2);
    }

    // ---- leases that others use

    @Test
    void a_lease_that_another_thread_uses_is_over_when_its_borrowing_thread_has_ended_and_somebody_waits()
            throws Exception {
        PoolClient<Worker> pool = start(spec -> spec);
        CompletableFuture<Lease<Worker>> handedOver = new CompletableFuture<>();
        Thread borrower = Thread.ofPlatform().start(() -> handedOver.complete(pool.checkout(Duration.ofHours(1))));
        borrower.join();
        Lease<Worker> mine = handedOver.get();
        Worker used = mine.worker();
        used.enter();
        try (Lease<Worker> next = pool.checkout(Duration.ofHours(1))) {
            assertThat(next.worker().name).isEqualTo("w2");
            assertThat(mine.isOpen()).isFalse();
            assertThatThrownBy(mine::worker).isInstanceOf(LeaseClosedException.class);
            mine.close();
            mine.fail(new IllegalStateException("too late"));
            assertThat(next.isOpen()).isTrue();
        }
        used.leave();
        assertThat(factory.destroyed).containsExactly("w1");
        assertBalanced(pool, 1);
    }

    @Test
    void a_lease_that_fails_or_is_closed_late_does_no_harm_to_the_next_holder() {
        for (PoolStrategy strategy : PoolStrategy.values()) {
            PoolClient<Worker> pool = start(spec -> spec.strategy(strategy));
            Lease<Worker> first = pool.checkout(Duration.ofHours(1));
            first.close();
            Lease<Worker> second = pool.checkout(Duration.ZERO);
            first.fail(new IllegalStateException("too late"));
            first.close();
            assertThat(second.isOpen()).isTrue();
            use(second);
            second.fail(new IllegalStateException("broken"));
            Lease<Worker> third = pool.checkout(Duration.ofHours(1));
            second.fail(new IllegalStateException("twice"));
            second.close();
            assertThat(third.isOpen()).isTrue();
            assertThat(third.worker().name).isNotEqualTo(factory.destroyed.getLast());
            third.close();
            third.fail(new IllegalStateException("too late"));
            assertThat(pool.status()).returns(1, PoolStatus::available).returns(1, PoolStatus::workers);
            assertThat(factory.destroyed).hasSize(1);
            pools.stopPool(pool, Duration.ZERO);
            factory.destroyed.clear();
        }
    }

    @Test
    void holders_that_are_killed_at_random_leave_the_books_balanced() throws Exception {
        PoolClient<Worker> pool = start(spec -> spec.size(2).maxOverflow(1));
        java.util.Random random = new java.util.Random(7);
        for (int round = 0; round < 100; round++) {
            ConcurrentLinkedQueue<Pid> borrowers = new ConcurrentLinkedQueue<>();
            for (int i = 0; i < 4; i++) {
                borrowers.add(system.spawn(self -> pool.transaction(worker -> {
                    worker.enter();
                    try {
                        // the holder uses the worker while it is killed; no code waits for this time
                        Thread.sleep(0, 10_000);
                    } finally {
                        worker.leave();
                    }
                })));
            }
            Task<?> task = pool.asyncQueue(worker -> {
                worker.enter();
                worker.leave();
            });
            while (!borrowers.isEmpty()) {
                Pid borrower = Objects.requireNonNull(borrowers.poll());
                if (random.nextBoolean()) {
                    system.exit(borrower, ExitReason.KILL);
                }
            }
            if (random.nextInt(4) == 0) {
                task.exit(ExitReason.KILL);
            }
            Eventually.so(task::toString, () -> task.state().isFinal());
        }
        assertBalanced(pool, 2);
    }
}
