package io.github.ppool.pool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.concurrent.DeadlineHeap;
import io.github.ppool.pool.CheckoutTimeoutException;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.time.ManualClock;
import io.github.ppool.time.MonotonicClock;
import io.github.ppool.time.Timer;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Very many waiters that give up. {@code ManyWaiters} of {@code ppool-stress} reports their cost. This test checks only
 * the quantities that must not grow with them: timers, memory, and the depth of the stack.
 */
@Timeout(120)
class ManyWaitersTest {

    private static final int MANY = 10_000;

    /** A clock that counts the timers that were asked for. */
    private static final class CountingClock implements MonotonicClock {
        private final ManualClock clock = new ManualClock();
        private final AtomicInteger timers = new AtomicInteger();

        @Override
        public long nanoTime() {
            return clock.nanoTime();
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            timers.incrementAndGet();
            return clock.schedule(delay, task);
        }

        @Override
        public void parkUntil(Object blocker, long deadlineNanos) {
            clock.parkUntil(blocker, deadlineNanos);
        }
    }

    private interface Body {
        void with(PoolClient<Object> pool, Lease<Object> held, CountingClock clock) throws Exception;
    }

    /** The one worker is held by this thread. */
    private static void play(Body body) throws Exception {
        CountingClock clock = new CountingClock();
        try (ProcessSystem system = new ProcessSystem(clock);
                Pools pools = Pools.start(system)) {
            PoolClient<Object> pool = pools.startPool(PoolSpec.builder("pool", Object::new)
                    .size(1).maxOverflow(0).queueCapacity(2 * MANY).build());
            body.with(pool, pool.checkout(Duration.ofHours(1)), clock);
        }
    }

    @Test
    void those_whose_time_is_over_are_all_told_and_who_came_after_them_is_served() throws Exception {
        play((pool, held, clock) -> {
            List<CompletableFuture<Lease<Object>>> late = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                late.add(pool.checkoutAsync(Duration.ofSeconds(1)).toCompletableFuture());
            }
            CompletableFuture<Lease<Object>> patient = pool.checkoutAsync(Duration.ofHours(1)).toCompletableFuture();
            clock.clock.advance(Duration.ofSeconds(1));
            for (CompletableFuture<Lease<Object>> stage : late) {
                assertThat(stage.exceptionNow()).isInstanceOf(CheckoutTimeoutException.class);
            }
            assertThat(pool.status().queueDepth()).isEqualTo(1);
            held.close();
            patient.get(50, TimeUnit.SECONDS).close();
            assertThat(pool.status()).returns(1, PoolStatus::available).returns(0, PoolStatus::queueDepth);
        });
    }

    @Test
    void the_waits_of_many_borrowers_with_one_time_out_need_few_timers() throws Exception {
        play((pool, held, clock) -> {
            int before = clock.timers.get();
            for (int i = 0; i < MANY; i++) {
                var unused = pool.checkoutAsync(Duration.ofSeconds(1));
            }
            assertThat(clock.timers.get() - before).isLessThan(10);
            clock.clock.advance(Duration.ofSeconds(1));
            assertThat(pool.status().queueDepth()).isZero();
            held.close();
        });
    }

    @Test
    void who_has_given_up_is_not_kept_in_memory_while_others_wait() throws Exception {
        play((pool, held, clock) -> {
            CompletableFuture<Lease<Object>> first = pool.checkoutAsync(Duration.ofHours(1)).toCompletableFuture();
            List<WeakReference<CompletableFuture<?>>> gone = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                CompletableFuture<Lease<Object>> stage = pool.checkoutAsync(Duration.ofHours(2)).toCompletableFuture();
                gone.add(new WeakReference<>(stage));
                stage.cancel(true);
            }
            assertThat(pool.status().queueDepth()).isEqualTo(1);
            System.gc();
            long kept = gone.stream().filter(reference -> reference.get() != null).count();
            assertThat(kept).as("of %s who have cancelled", MANY).isLessThan(MANY / 100);
            held.close();
            first.get(50, TimeUnit.SECONDS).close();
        });
    }

    @Test
    void the_deadlines_of_those_who_have_left_are_dropped_and_their_room_is_given_back() {
        DeadlineHeap<Waiter<Object>> deadlines = new DeadlineHeap<>();
        List<Waiter<Object>> all = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            Waiter<Object> waiting = new AsyncWaiter<>(null, Duration.ofSeconds(1), null);
            deadlines.add(waiting, i);
            all.add(waiting);
        }
        int most = 0;
        for (Waiter<Object> waiting : all) {
            deadlines.remove(waiting);
            most = Math.max(most, deadlines.kept());
        }
        assertThat(most).isEqualTo(MANY);
        assertThat(deadlines.kept()).isLessThan(200);
        assertThat(deadlines.isEmpty()).isTrue();
        assertThat(deadlines.room()).isLessThan(2000);
    }

    @Test
    void the_room_of_those_whose_time_is_over_is_given_back() {
        DeadlineHeap<Waiter<Object>> deadlines = new DeadlineHeap<>();
        for (int i = 0; i < MANY; i++) {
            deadlines.add(new AsyncWaiter<>(null, Duration.ofSeconds(1), null), i);
        }
        assertThat(deadlines.room()).isGreaterThanOrEqualTo(MANY);
        int due = 0;
        while (deadlines.pollDue(MANY) != null) {
            due++;
        }
        assertThat(due).isEqualTo(MANY);
        assertThat(deadlines.room()).isLessThan(200);
    }

    /** Each that gives back serves the next, on the same thread. */
    @Test
    void stages_that_give_back_as_soon_as_they_are_served_do_so_one_after_the_other_however_many_they_are()
            throws Exception {
        play((pool, held, clock) -> {
            AtomicInteger served = new AtomicInteger();
            CompletableFuture<?> last = CompletableFuture.completedFuture(null);
            for (int i = 0; i < MANY; i++) {
                last = pool.checkoutAsync(Duration.ofHours(1)).toCompletableFuture().thenAccept(lease -> {
                    served.incrementAndGet();
                    lease.close();
                });
            }
            held.close();
            last.get(50, TimeUnit.SECONDS);
            assertThat(served).hasValue(MANY);
            assertThat(pool.status()).returns(1, PoolStatus::available).returns(0, PoolStatus::queueDepth);
        });
    }

    @Test
    void the_stage_of_a_process_that_dies_while_it_waits_is_completed_exceptionally() throws Exception {
        play((pool, held, clock) -> {
            CompletableFuture<CompletableFuture<Lease<Object>>> asked = new CompletableFuture<>();
            ProcessSystem system = EngineInvariants.engineOf(pool).context.system();
            Pid owner = system.spawn(self -> {
                asked.complete(pool.checkoutAsync(Duration.ofHours(1)).toCompletableFuture());
                self.receive();
            });
            CompletableFuture<Lease<Object>> stage = asked.get(50, TimeUnit.SECONDS);
            assertThat(pool.status().queueDepth()).isEqualTo(1);
            system.exit(owner, ExitReason.KILL);
            assertThat(stage.handle((lease, why) -> why).get(50, TimeUnit.SECONDS))
                    .isInstanceOf(PoolException.class)
                    .hasMessageContaining(owner.toString());
            assertThat(pool.status().queueDepth()).isZero();
            held.close();
        });
    }
}
