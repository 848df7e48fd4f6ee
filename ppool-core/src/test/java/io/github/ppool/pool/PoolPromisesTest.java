package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.pool.PoolWorld.Client;
import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.pool.engine.PoolView;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The promises of a pool, one test for each promise of the design. */
class PoolPromisesTest {

    private final PoolWorld world = new PoolWorld();

    @AfterEach
    void close() {
        world.close();
    }

    /** On a process that lives on, so that the lease stays. */
    private Lease<Worker> checkout(PoolClient<Worker> pool) {
        return world.client(pool::checkout).result();
    }

    @Test
    @SuppressWarnings("NullAway") // the null is the subject of the test
    void a_task_that_is_null_is_refused_at_once() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        assertThatThrownBy(() -> pool.asyncQueue(null)).isInstanceOf(NullPointerException.class)
                .hasMessage("task must not be null");
        assertThatThrownBy(() -> pool.runResult(null)).isInstanceOf(NullPointerException.class)
                .hasMessage("task must not be null");
    }

    @Test
    void promise_1_never_more_workers_than_size_and_max_overflow_starting_and_stopping_ones_included() {
        world.slowCreation = true;
        PoolClient<Worker> pool = world.start(spec -> spec.size(1).maxOverflow(2).creationParallelism(10));
        List<Client<Lease<Worker>>> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            clients.add(world.client(() -> pool.checkout(Duration.ofHours(1))));
            assertThat(pool.status().workers()).isLessThanOrEqualTo(3);
        }
        assertThat(pool.status().starting()).isEqualTo(3);
        world.slowCreation = false;
        world.advance(Duration.ofMillis(10));
        assertThat(pool.status().borrowed()).isEqualTo(3);
        assertThat(world.made).hasValue(3);
        clients.forEach(client -> {
            world.kill(client.pid());
            assertThat(pool.status().workers()).isLessThanOrEqualTo(3);
        });
        assertThat(pool.status()).returns(1, PoolStatus::available).returns(1, PoolStatus::workers);
    }

    @Test
    void promise_2_a_worker_that_takes_long_to_make_holds_up_nobody_who_can_be_served_otherwise() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(1).maxOverflow(1));
        Lease<Worker> first = checkout(pool);
        world.slowCreation = true;
        Client<Lease<Worker>> waits = world.client(() -> pool.checkout(Duration.ofHours(1)));
        assertThat(waits.done).isFalse();
        assertThat(pool.status().starting()).isEqualTo(1);
        first.close();
        world.world.quiesce();
        assertThat(waits.result().worker().name).isEqualTo("w1");
        assertThat(world.perform(pool::status).starting()).isEqualTo(1);
    }

    @Test
    void promise_2_a_worker_that_cannot_be_made_does_not_take_the_pool_down() {
        world.creationFailure = new IllegalStateException("no server");
        PoolClient<Worker> pool = world.start(spec -> spec.creationFailureLimit(0));
        world.advance(Duration.ofHours(1));
        assertThat(pool.status().phase()).isEqualTo(PoolPhase.RUNNING);
        world.creationFailure = null;
        world.advance(Duration.ofMinutes(1));
        assertThat(checkout(pool).worker().name).isEqualTo("w1");
    }

    @Test
    void promise_3_try_checkout_and_run_never_wait_for_another_holder() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Lease<Worker> lease = checkout(pool);
        assertThat(pool.tryCheckout()).isEmpty();
        assertThat(pool.run(worker -> {})).isEmpty();
        lease.close();
        assertThat(pool.tryCheckout()).isPresent();
    }

    @Test
    void promise_3_run_returns_its_task_at_once_with_the_place_reserved() {
        world.slowCreation = true;
        PoolClient<Worker> pool = world.start(spec -> spec.size(0).maxOverflow(1));
        Task<String> task = pool.runResult(worker -> worker.name).orElseThrow();
        assertThat(task.state()).isEqualTo(TaskState.QUEUED);
        assertThat(pool.run(worker -> {})).isEmpty();
        assertThat(pool.tryCheckout()).isEmpty();
        world.slowCreation = false;
        world.advance(Duration.ofMillis(10));
        assertThat(task.result().toCompletableFuture()).isCompletedWithValue("w1");
    }

    @Test
    void promise_3_who_waits_is_served_first_in_first_out_borrowers_and_tasks_alike() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Lease<Worker> lease = checkout(pool);
        List<String> served = new ArrayList<>();
        world.client(() -> {
            pool.transaction(worker -> served.add("borrower 1"));
            return 1;
        });
        pool.asyncQueue(worker -> served.add("task 2"));
        world.client(() -> {
            pool.transaction(worker -> served.add("borrower 3"));
            return 1;
        });
        pool.asyncQueue(worker -> served.add("task 4"));
        assertThat(pool.status().queueDepth()).isEqualTo(4);
        lease.close();
        world.world.quiesce();
        assertThat(served).containsExactly("borrower 1", "task 2", "borrower 3", "task 4");
    }

    @Test
    void promise_3_a_hand_over_at_the_moment_of_a_time_out_or_an_interrupt_is_not_lost() throws Exception {
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            PoolClient<Object> pool = pools
                    .startPool(PoolSpec.builder("p", Object::new).size(1).maxOverflow(0).build());
            for (int i = 0; i < 2000; i++) {
                Lease<Object> lease = pool.checkout();
                AtomicInteger got = new AtomicInteger();
                CountDownLatch waits = new CountDownLatch(1);
                Thread waiter = Thread.ofVirtual().start(() -> {
                    waits.countDown();
                    try (Lease<Object> mine = pool.checkout(Duration.ofNanos(50_000))) {
                        got.addAndGet(mine.isOpen() ? 1 : 1000);
                    } catch (CheckoutTimeoutException | PoolInterruptedException none) {
                        // then the worker must be idle again
                    }
                });
                waits.await();
                if (i % 2 == 0) {
                    waiter.interrupt();
                }
                lease.close();
                waiter.join();
                assertThat(got.get()).isLessThanOrEqualTo(1);
                assertThat(pool.status()).returns(1, PoolStatus::available).returns(0, PoolStatus::queueDepth);
            }
        }
    }

    @Test
    void promise_4_what_a_borrower_did_happens_before_what_the_next_one_does() throws Exception {
        class Counter {
            private int plain;
        }
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            PoolClient<Counter> pool = pools
                    .startPool(PoolSpec.builder("p", Counter::new).size(1).maxOverflow(0).build());
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                threads.add(Thread.ofVirtual().start(() -> {
                    for (int n = 0; n < 500; n++) {
                        pool.transaction(counter -> {
                            counter.plain++;
                        });
                        pool.syncQueue(counter -> counter.plain++);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            int counted = pool.transactionResult(counter -> counter.plain);
            assertThat(counted).isEqualTo(4000);
        }
    }

    @Test
    void promise_5_a_process_that_dies_gives_back_at_once_and_in_the_order_in_which_it_took() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2));
        Client<List<Lease<Worker>>> client = world.client(() -> List.of(pool.checkout(), pool.checkout()));
        assertThat(pool.status().available()).isZero();
        world.kill(client.pid());
        assertThat(PoolView.idleOldestFirst(pool))
                .containsExactlyElementsOf(client.result().stream().map(Lease::pid).toList());
        assertThatThrownBy(() -> client.result().get(0).worker()).isInstanceOf(LeaseClosedException.class);
    }

    @Test
    void promise_5_what_a_thread_has_that_has_ended_is_replaced_as_soon_as_anybody_needs_it() throws Exception {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Thread.ofPlatform().start(pool::checkout).join();
        assertThat(pool.status().borrowed()).isEqualTo(1);
        try (Lease<Worker> lease = pool.checkout()) {
            assertThat(lease.worker().name).isEqualTo("w2"); // another caller may have the lease of the first one
        }
        assertThat(world.log).containsExactly("made w1", "closed w1", "made w2");
    }

    @Test
    void promise_5_a_thread_that_ends_while_another_one_waits_gives_back() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch taken = new CountDownLatch(1);
        Thread owner = Thread.ofPlatform().start(() -> {
            pool.checkout();
            taken.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        world.perform(() -> {
            taken.await();
            return 1;
        });
        Client<Lease<Worker>> waits = world.client(() -> pool.checkout(Duration.ofHours(1)));
        end.countDown();
        world.perform(() -> {
            owner.join();
            return 1;
        });
        world.advance(Duration.ofMillis(100));
        assertThat(waits.done).isTrue();
    }

    @Test
    void promise_5_a_leaked_lease_is_told_with_where_it_was_taken_and_its_worker_is_replaced() throws Exception {
        List<Throwable> leaks = new java.util.concurrent.CopyOnWriteArrayList<>();
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            PoolClient<Object> pool = pools.startPool(PoolSpec.builder("p", Object::new)
                    .size(1)
                    .maxOverflow(0)
                    .leakDetection(true)
                    .listener(new PoolListener() {
                        @Override
                        public void leaseLeaked(String name, io.github.ppool.process.Pid worker, Throwable taken) {
                            leaks.add(taken);
                        }
                    })
                    .build());
            leak(pool);
            long patience = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (leaks.isEmpty() && System.nanoTime() - patience < 0) {
                System.gc();
                Thread.sleep(10); // the collector's time, between two looks
            }
            assertThat(leaks).hasSize(1);
            assertThat(leaks.get(0).getStackTrace()).anyMatch(frame -> frame.getMethodName().equals("leak"));
            pool.checkout(Duration.ofSeconds(10)).close();
        }
    }

    private static void leak(PoolClient<Object> pool) {
        pool.checkout();
    }

    @Test
    void promise_6_every_accepted_task_has_exactly_one_outcome_crash_and_shutdown_included() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Task<?> done = pool.asyncQueue(worker -> {});
        Task<?> threw = pool.asyncQueue(worker -> {
            throw new IllegalStateException("bad input");
        });
        Task<?> exits = pool.asyncQueue(worker -> {
            throw Objects.requireNonNull(ProcessSystem.currentProcess()).exit(ExitReason.of("boom"));
        });
        world.world.quiesce();
        Task<?> killed = pool.asyncQueue(worker -> Objects.requireNonNull(ProcessSystem.currentProcess()).receive());
        Task<?> cancelled = pool.asyncQueue(worker -> {});
        world.world.quiesce();
        assertThat(cancelled.cancel()).isTrue();
        assertThat(cancelled.cancel()).isFalse();
        assertThat(killed.exit(ExitReason.KILL)).isTrue();
        world.world.quiesce();
        Task<?> running = pool.asyncQueue(worker -> Objects.requireNonNull(ProcessSystem.currentProcess()).receive());
        Task<?> rejected = pool.asyncQueue(worker -> {});
        world.world.quiesce();
        assertThat(running.state()).isEqualTo(TaskState.RUNNING);
        world.perform(() -> world.pools.stopPool("pool", Duration.ZERO));
        assertThat(List.of(done, threw, exits, killed, cancelled, running, rejected))
                .extracting(Task::state)
                .containsExactly(
                        TaskState.DONE,
                        TaskState.FAILED,
                        TaskState.FAILED,
                        TaskState.FAILED,
                        TaskState.CANCELLED,
                        TaskState.FAILED,
                        TaskState.REJECTED);
        assertThat(threw.result().toCompletableFuture()).isCompletedExceptionally();
        assertThatThrownBy(() -> threw.result().toCompletableFuture().get()).hasRootCauseMessage("bad input");
        assertThatThrownBy(() -> exits.result().toCompletableFuture().get())
                .hasRootCauseInstanceOf(WorkerExitException.class);
        assertThatThrownBy(() -> rejected.result().toCompletableFuture().get())
                .hasRootCauseInstanceOf(PoolStoppedException.class);
    }

    @Test
    void promise_7_beyond_the_capacity_of_the_queue_callers_are_rejected() {
        PoolClient<Worker> pool = world.start(spec -> spec.queueCapacity(1));
        Lease<Worker> lease = checkout(pool);
        pool.asyncQueue(worker -> {});
        assertThatThrownBy(() -> pool.asyncQueue(worker -> {}))
                .isInstanceOf(PoolRejectedException.class)
                .hasMessageContaining("queue-capacity 1 is reached");
        assertThatThrownBy(() -> pool.checkout(Duration.ofSeconds(1))).isInstanceOf(PoolRejectedException.class);
        lease.close();
        world.world.quiesce();
        assertThat(pool.status().available()).isEqualTo(1);
    }

    @Test
    void promise_8_every_refusal_explains_itself() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(1).queueCapacity(7));
        Lease<Worker> broken = checkout(pool);
        broken.fail(new IllegalStateException("connection reset"));
        world.world.quiesce();
        world.client(pool::checkout);
        pool.asyncQueue(worker -> {});
        world.advance(Duration.ofSeconds(3));
        Client<Lease<Worker>> late = world.client(() -> pool.checkout(Duration.ofSeconds(1)));
        world.advance(Duration.ofSeconds(1));
        assertThat(late.failure)
                .isInstanceOf(CheckoutTimeoutException.class)
                .hasMessage(
                        "no worker came within PT1S; pool 'pool' is running: size 1, max-overflow 0;"
                                + " 1 of 7 waiting, the first for 4000 ms;"
                                + " workers: 0 idle, 1 borrowed, 0 working, 0 starting, 0 stopping,"
                                + " 0 waiting to restart;"
                                + " last failure: java.lang.IllegalStateException: connection reset")
                .hasRootCauseMessage("connection reset");
    }

    @Test
    void promise_9_a_killed_process_is_dead_at_once_and_its_thread_counts_as_orphaned_until_it_ends() throws Exception {
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            PoolClient<Object> pool = pools
                    .startPool(PoolSpec.builder("p", Object::new).size(1).maxOverflow(0).build());
            CountDownLatch release = new CountDownLatch(1);
            Task<String> deaf = pool.syncQueueResult(worker -> {
                boolean released = false;
                while (!released) {
                    try {
                        release.await();
                        released = true;
                    } catch (InterruptedException ignored) {
                        // deaf
                    }
                }
                return "too late";
            });
            deaf.exit(ExitReason.KILL);
            assertThat(deaf.state()).isEqualTo(TaskState.FAILED);
            pool.checkout(Duration.ofSeconds(10)).close();
            assertThat(system.orphanCount()).isEqualTo(1);
            release.countDown();
            long patience = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (system.orphanCount() > 0 && System.nanoTime() - patience < 0) {
                Thread.sleep(1); // between two looks at a state that is awaited
            }
            assertThat(system.orphanCount()).isZero();
            assertThat(deaf.state()).isEqualTo(TaskState.FAILED);
        }
    }
}
