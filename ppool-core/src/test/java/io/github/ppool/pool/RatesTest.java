package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.pool.engine.EngineInvariants;
import io.github.ppool.pool.engine.KeysOf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rates of pools and of keys, to the millisecond, on a clock that stands still. */
class RatesTest {

    private final PoolWorld world = new PoolWorld();
    private final List<String> served = new CopyOnWriteArrayList<>();
    private final long origin = world.world.clock().nanoTime();

    @AfterEach
    void close() {
        world.close();
    }

    private long millis() {
        return (world.world.clock().nanoTime() - origin) / 1_000_000;
    }

    private Task<?> note(TaskQueue<Worker> tasks, String what) {
        return tasks.asyncQueue(worker -> served.add(what + " at " + millis()));
    }

    private static Duration ms(long millis) {
        return Duration.ofMillis(millis);
    }

    private static void nothingIsLeftOf(PoolClient<?> pool) {
        assertThat(pool.status().queueDepth()).isZero();
        EngineInvariants.checkAtRest(pool);
    }

    // ---- of a pool

    @Test
    void no_more_begin_in_any_window_and_the_next_begins_to_the_millisecond() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(4).rate(Rate.parse("3/1s")));
        for (int i = 1; i <= 8; i++) {
            note(pool, "t" + i);
            world.advance(ms(100));
        }
        world.advance(ms(199));
        assertThat(served).containsExactly("t1 at 0", "t2 at 100", "t3 at 200");
        assertThat(pool.status()).returns(5, PoolStatus::queueDepth).returns(4, PoolStatus::available);
        world.advance(ms(1));
        assertThat(served).hasSize(4).last().isEqualTo("t4 at 1000");
        world.advance(ms(2_000));
        assertThat(served).containsExactly("t1 at 0", "t2 at 100", "t3 at 200", "t4 at 1000", "t5 at 1100",
                "t6 at 1200", "t7 at 2000", "t8 at 2100");
        nothingIsLeftOf(pool);
    }

    @Test
    void a_burst_is_followed_by_even_distances() {
        PoolClient<Worker> pool = world.start(spec -> spec.rate(Rate.parse("10/1s").withBurst(2)));
        for (int i = 1; i <= 5; i++) {
            note(pool, "t" + i);
        }
        world.advance(ms(1_000));
        assertThat(served).containsExactly("t1 at 0", "t2 at 0", "t3 at 100", "t4 at 200", "t5 at 300");
    }

    @Test
    void borrowers_and_tasks_wait_in_one_queue_in_their_order() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(3).rate(Rate.parse("1/100ms")));
        try (Lease<Worker> first = world.client(pool::checkout).result()) {
            assertThat(first.isOpen()).isTrue();
            note(pool, "task");
            borrower(pool, "borrower");
            note(pool.tasks(TaskOptions.DEFAULT.withPriority(1)), "urgent task");
            pool.checkoutAsync(ms(1_000)).thenAccept(lease -> {
                served.add("stage at " + millis());
                lease.close();
            });
            world.advance(ms(400));
        }
        assertThat(served).containsExactly("urgent task at 100", "task at 200", "borrower at 300", "stage at 400");
        nothingIsLeftOf(pool);
    }

    private PoolWorld.Client<Object> borrower(PoolClient<Worker> pool, String name) {
        return world.client(() -> {
            pool.transaction(worker -> served.add(name + " at " + millis()));
            return name;
        });
    }

    @Test
    void a_caller_that_does_not_wait_gets_nothing_and_is_told_when_to_come_again() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2).rate(Rate.parse("1/700ms")));
        note(pool, "first");
        world.advance(ms(100));
        assertThat(pool.tryCheckout()).isEmpty();
        assertThat(pool.run(worker -> served.add("never"))).isEmpty();
        assertThatThrownBy(() -> pool.checkout(Duration.ZERO)).isInstanceOfSatisfying(CheckoutTimeoutException.class,
                refused -> assertThat(refused.retryAfter()).contains(ms(600)));
        assertThatThrownBy(() -> pool.checkout(Duration.ZERO))
                .hasMessageContaining("rate 1/700ms: 1 used, the next hand-out in 600 ms");
        world.advance(ms(600));
        pool.tryCheckout().orElseThrow().close();
        assertThat(pool.status().rate()).isEqualTo(new PoolStatus.RateUse(Rate.parse("1/700ms"), 1, ms(700), ms(700)));
        world.advance(ms(700));
        assertThat(pool.run(worker -> served.add("second"))).isPresent();
        world.world.quiesce();
        assertThat(served).contains("second");
        assertThatThrownBy(() -> pool.checkout(Duration.ZERO)).isInstanceOf(CheckoutTimeoutException.class);
        nothingIsLeftOf(pool);
    }

    @Test
    void a_caller_whose_worker_is_made_is_refused_if_another_one_uses_up_the_rate_meanwhile() {
        world.slowCreation = true;
        PoolClient<Worker> pool = world.start(spec -> spec.size(2).creationParallelism(2)
                .rate(Rate.parse("1/10s")));
        PoolWorld.Client<Object> caller = world.client(pool::tryCheckout);
        note(pool.tasks(TaskOptions.DEFAULT.withPriority(1)), "urgent");
        world.world.quiesce();
        world.slowCreation = false;
        world.advance(ms(20));
        assertThat(served).hasSize(1);
        assertThat(caller.failure).isInstanceOf(WorkerUnavailableException.class)
                .hasMessageContaining("others have used up the rate of the pool");
        nothingIsLeftOf(pool);
    }

    @Test
    void a_refusal_counts_those_that_wait_before() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2).queueCapacity(3).rate(Rate.parse("1/100ms")));
        for (int i = 0; i < 4; i++) {
            note(pool, "t" + i);
        }
        world.advance(ms(30));
        assertThatThrownBy(() -> note(pool, "too many")).isInstanceOfSatisfying(PoolRejectedException.class,
                refused -> {
                    assertThat(refused.isQueueFull()).isTrue();
                    assertThat(refused.retryAfter()).contains(ms(370));
                });
        world.advance(ms(1_000));
        assertThat(served).hasSize(4);
    }

    @Test
    void a_full_queue_of_length_zero_still_serves_what_the_rate_permits() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(5).queueCapacity(0).rate(Rate.parse("2/1s")));
        note(pool, "one");
        note(pool, "two");
        assertThatThrownBy(() -> note(pool, "three")).isInstanceOfSatisfying(PoolRejectedException.class,
                refused -> assertThat(refused.retryAfter()).contains(ms(1_000)));
        world.advance(ms(1_000));
        note(pool, "four");
        world.world.quiesce();
        assertThat(served).containsExactly("one at 0", "two at 0", "four at 1000");
    }

    @Test
    void a_wait_for_the_rate_ends_with_its_time_and_the_others_keep_their_order() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2).rate(Rate.parse("1/1s")));
        note(pool, "first");
        PoolWorld.Client<Lease<Worker>> late = world.client(() -> pool.checkout(ms(500)));
        Task<?> overdue = note(pool.tasks(TaskOptions.DEFAULT.withDeadline(ms(600))), "overdue");
        Task<?> cancelled = note(pool, "cancelled");
        PoolWorld.Client<Object> killed = borrower(pool, "killed");
        borrower(pool, "borrower");
        note(pool, "last");
        assertThat(cancelled.cancel()).isTrue();
        world.kill(killed.pid());
        world.advance(ms(700));
        assertThat(late.failure).isInstanceOfSatisfying(CheckoutTimeoutException.class,
                refused -> assertThat(refused.retryAfter()).isPresent());
        assertThat(overdue.state()).isEqualTo(TaskState.REJECTED);
        world.advance(ms(1_300));
        assertThat(served).containsExactly("first at 0", "borrower at 1000", "last at 2000");
        nothingIsLeftOf(pool);
    }

    @Test
    void a_pool_without_workers_makes_only_those_that_the_rate_permits() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(0).maxOverflow(10).creationParallelism(10)
                .rate(Rate.parse("2/1s")));
        for (int i = 0; i < 6; i++) {
            note(pool, "t" + i);
        }
        world.advance(ms(999));
        assertThat(world.made).hasValue(2);
        assertThat(served).hasSize(2);
        world.advance(ms(1_001));
        assertThat(served).hasSize(6);
        assertThat(world.made).hasValue(6);
        nothingIsLeftOf(pool);
    }

    @Test
    void attempts_count_and_a_crash_keeps_nothing() {
        AtomicInteger runs = new AtomicInteger();
        PoolClient<Worker> pool = world.start(spec -> spec.rate(Rate.parse("1/100ms"))
                .taskRestart(PoolWorld.policy("[restart]")));
        Task<?> task = pool.asyncQueue(worker -> {
            served.add("attempt at " + millis());
            if (runs.incrementAndGet() < 3) {
                throw new IllegalStateException("once more");
            }
        });
        world.advance(ms(500));
        assertThat(task.state()).isEqualTo(TaskState.DONE);
        assertThat(served).containsExactly("attempt at 0", "attempt at 100", "attempt at 200");
    }

    @Test
    void a_suspended_pool_serves_nobody_and_goes_on_afterwards() {
        PoolClient<Worker> pool = world.start(spec -> spec.rate(Rate.parse("1/100ms")));
        note(pool, "one");
        note(pool, "two");
        world.pools.admin().suspend("pool");
        world.advance(ms(1_550)); // the limit of a slow creation has a timer of its own, of a second
        assertThat(served).containsExactly("one at 0");
        assertThat(world.world.clock().nanosToNextTimer()).as("timers of a suspended pool").isEmpty();
        world.pools.admin().resume("pool");
        world.advance(ms(100));
        assertThat(served).containsExactly("one at 0", "two at 1550");
        note(pool, "three");
        world.advance(ms(100));
        assertThat(served).hasSize(3);
    }

    @Test
    void a_stop_waits_for_the_rate_as_for_any_other_work_and_leaves_no_timer() {
        PoolClient<Worker> pool = world.start(spec -> spec.rate(Rate.parse("1/1s")).keyRate(Rate.parse("1/1h")));
        note(pool, "one");
        note(pool, "two");
        note(pool, "three");
        note(pool.tasks(TaskOptions.key("k")), "key");
        Task<?> never = note(pool.tasks(TaskOptions.key("k")), "key once more");
        world.perform(() -> {
            world.pools.stopPool("pool", Duration.ofSeconds(10));
            return "stopped";
        });
        assertThat(served).containsExactly("one at 0", "two at 1000", "three at 2000", "key at 3000");
        assertThat(never.state()).isEqualTo(TaskState.REJECTED);
        world.advance(ms(5_000)); // a stop has timers of its own
        assertThat(world.world.clock().nanosToNextTimer()).as("timers of a stopped pool").isEmpty();
    }

    @Test
    void a_check_of_a_worker_does_not_use_up_the_rate() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2).validateOnCheckout(true)
                .rate(Rate.parse("2/1s")));
        for (int i = 0; i < 3; i++) {
            note(pool, "t" + i);
        }
        world.advance(ms(1_000));
        assertThat(served).containsExactlyInAnyOrder("t0 at 0", "t1 at 0", "t2 at 1000");
        assertThat(pool.status().rate()).returns(1, PoolStatus.RateUse::used);
    }

    @Test
    void without_a_rate_a_status_has_none() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        assertThat(pool.status()).returns(null, PoolStatus::rate).returns(null, PoolStatus::overruns);
        world.client(pool::checkout);
        assertThatThrownBy(() -> pool.checkout(Duration.ZERO)).isInstanceOfSatisfying(PoolException.class,
                refused -> assertThat(refused.retryAfter()).isEmpty());
    }

    // ---- of keys

    @Test
    void a_key_waits_for_its_rate_while_others_go_on() {
        PoolClient<Worker> pool = world.start(spec -> spec.keyRate(Rate.parse("2/1s")));
        for (int i = 1; i <= 4; i++) {
            note(pool.tasks(TaskOptions.key("a")), "a" + i);
            note(pool.tasks(TaskOptions.key("b")), "b" + i);
            note(pool, "no key " + i);
        }
        world.advance(ms(500));
        assertThat(served).containsExactlyInAnyOrder("a1 at 0", "a2 at 0", "b1 at 0", "b2 at 0", "no key 1 at 0",
                "no key 2 at 0", "no key 3 at 0", "no key 4 at 0");
        assertThat(pool.run(worker -> served.add("run"))).isPresent();
        assertThat(pool.tasks(TaskOptions.key("a")).run(worker -> served.add("never"))).isEmpty();
        assertThat(pool.status().queueDepth()).isEqualTo(4);
        world.advance(ms(500));
        assertThat(served.subList(9, 13)).containsExactlyInAnyOrder("a3 at 1000", "a4 at 1000", "b3 at 1000",
                "b4 at 1000");
        assertThat(served.indexOf("a3 at 1000")).isLessThan(served.indexOf("a4 at 1000"));
        assertThat(KeysOf.count(pool)).as("keys whose rate is remembered").isEqualTo(2);
        world.advance(ms(1_000));
        assertThat(KeysOf.count(pool)).as("keys whose rate is over").isZero();
        assertThat(world.world.clock().nanosToNextTimer()).isEmpty();
        nothingIsLeftOf(pool);
    }

    @Test
    void a_key_is_remembered_over_a_pause_without_tasks() {
        PoolClient<Worker> pool = world.start(spec -> spec.keyRate(Rate.parse("1/1s")));
        TaskQueue<Worker> a = pool.tasks(TaskOptions.key("a"));
        note(a, "a1");
        world.advance(ms(600));
        note(a, "a2");
        Task<?> cancelled = note(a, "a3");
        note(a, "a4");
        assertThat(cancelled.cancel()).isTrue();
        world.advance(ms(2_000));
        assertThat(served).containsExactly("a1 at 0", "a2 at 1000", "a4 at 2000");
        world.advance(ms(400));
        assertThat(KeysOf.count(pool)).isZero();
        note(a, "a5");
        world.world.quiesce();
        assertThat(served).last().isEqualTo("a5 at 3000");
    }

    @Test
    void a_retry_waits_for_the_rate_of_its_key_before_those_behind_it() {
        for (boolean blocks : new boolean[]{true, false}) {
            served.clear();
            AtomicInteger runs = new AtomicInteger();
            PoolClient<Worker> pool = world.start(spec -> spec.keyRate(Rate.parse("1/1s")).keyBlocks(blocks)
                    .taskRestart(PoolWorld.policy("[200ms]")));
            long start = millis();
            TaskQueue<Worker> a = pool.tasks(TaskOptions.key("a"));
            a.asyncQueue(worker -> {
                served.add("a1 at " + (millis() - start));
                if (runs.incrementAndGet() == 1) {
                    throw new IllegalStateException("once more");
                }
            });
            a.asyncQueue(worker -> served.add("a2 at " + (millis() - start)));
            world.advance(ms(4_000));
            assertThat(served).as("blocks %s", blocks).containsExactly("a1 at 0", "a1 at 1000", "a2 at 2000");
            assertThat(KeysOf.count(pool)).isZero();
            world.perform(() -> {
                world.pools.stopPool("pool", Duration.ofSeconds(1));
                return "stopped";
            });
        }
    }

    @Test
    void both_rates_hold() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(4).rate(Rate.parse("2/100ms"))
                .keyRate(Rate.parse("1/300ms")));
        for (String key : List.of("a", "a", "b", "b", "c")) {
            note(pool.tasks(TaskOptions.key(key)), key);
        }
        world.advance(ms(1_000));
        Map<String, List<Long>> times = new HashMap<>();
        for (String each : served) {
            String[] parts = each.split(" at ");
            times.computeIfAbsent(parts[0], key -> new ArrayList<>()).add(Long.parseLong(parts[1]));
        }
        assertThat(times).containsEntry("a", List.of(0L, 300L)).containsEntry("b", List.of(0L, 300L))
                .containsEntry("c", List.of(100L));
        nothingIsLeftOf(pool);
    }

    @Test
    void a_full_queue_counts_the_wait_for_the_rate_of_a_key() {
        PoolClient<Worker> pool = world.start(spec -> spec.queueCapacity(1).keyRate(Rate.parse("1/1s")));
        TaskQueue<Worker> a = pool.tasks(TaskOptions.key("a"));
        note(a, "a1");
        world.world.quiesce();
        note(a, "a2");
        world.advance(ms(300));
        assertThatThrownBy(() -> note(a, "a3"))
                .isInstanceOfSatisfying(PoolRejectedException.class, refused -> {
                    assertThat(refused.retryAfter()).contains(ms(700));
                    assertThat(refused.isQueueFull()).isTrue();
                })
                .hasMessageContaining("and the rate of the key permits its next task in 700 ms");
        world.advance(ms(1_000));
        assertThat(served).containsExactly("a1 at 0", "a2 at 1000");
    }
}
