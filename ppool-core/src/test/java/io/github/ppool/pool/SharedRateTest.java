package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.pool.engine.EngineInvariants;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A rate that a pool shares with others, to the millisecond, on a clock that stands still. */
class SharedRateTest {

    private static final Duration LONG = Duration.ofHours(1);

    private final PoolWorld world = new PoolWorld();
    private final List<String> served = new CopyOnWriteArrayList<>();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final long origin = world.world.clock().nanoTime();
    private volatile @Nullable RateShare share;

    /** Keeps the share, and notes the calls. */
    private final class Owner implements SharedRate {
        private final Rate rate;

        Owner(String rate) {
            this.rate = Rate.parse(rate);
        }

        Owner(Rate rate) {
            this.rate = rate;
        }

        @Override
        public Rate rate() {
            return rate;
        }

        @Override
        public void opened(RateShare opened) {
            told.add("opened " + opened.pool());
            share = opened;
        }

        @Override
        public void wanted(RateShare of) {
            told.add("wanted at " + millis());
        }

        @Override
        public void closed(RateShare of) {
            told.add("closed");
        }

        @Override
        public String toString() {
            return "cluster-rate " + rate;
        }
    }

    @AfterEach
    void close() {
        world.close();
    }

    private long millis() {
        return (world.world.clock().nanoTime() - origin) / 1_000_000;
    }

    private static Duration ms(long millis) {
        return Duration.ofMillis(millis);
    }

    private Task<?> note(TaskQueue<Worker> tasks, String what) {
        return tasks.asyncQueue(worker -> served.add(what + " at " + millis()));
    }

    private void grant(int count, Duration valid) {
        RateShare open = share;
        assertThat(open).isNotNull();
        open.grant(count, world.world.clock().nanoTime() + valid.toNanos());
        world.world.quiesce();
    }

    private RateShare share() {
        RateShare open = share;
        assertThat(open).isNotNull();
        return open;
    }

    @Test
    void without_a_share_callers_wait_and_its_owner_is_told_once() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2).sharedRate(new Owner("10/1s")));
        assertThat(told).containsExactly("opened pool");
        note(pool, "one");
        note(pool, "two");
        note(pool, "three");
        world.world.quiesce();
        assertThat(served).isEmpty();
        assertThat(told).containsExactly("opened pool", "wanted at 0");
        assertThat(share().use()).isEqualTo(new RateShare.Use(0, 0, 3, true));
        assertThat(pool.status().sharedRate())
                .isEqualTo(new PoolStatus.SharedRateUse("cluster-rate 10/1s", 10, 0, 0, ms(100), ms(100)));
        EngineInvariants.checkAtRest(pool);
        grant(2, LONG);
        assertThat(served).containsExactly("one at 0", "two at 0");
        assertThat(told).containsExactly("opened pool", "wanted at 0", "wanted at 0");
        world.advance(ms(999));
        assertThat(served).hasSize(2);
        world.advance(ms(1));
        assertThat(served).containsExactly("one at 0", "two at 0", "three at 1000");
        EngineInvariants.checkAtRest(pool);
    }

    @Test
    void a_larger_share_serves_at_once_those_that_wait_for_the_next_permit() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2).sharedRate(new Owner("10/1s")));
        grant(1, LONG);
        for (int i = 1; i <= 4; i++) {
            note(pool, "t" + i);
        }
        world.advance(ms(300));
        grant(2, LONG);
        assertThat(served).containsExactly("t1 at 0", "t2 at 300", "t3 at 300");
        world.advance(ms(700));
        assertThat(served).last().isEqualTo("t4 at 1000");
    }

    @Test
    void a_share_that_ends_serves_no_caller_until_it_is_extended() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2).sharedRate(new Owner("10/1s")));
        grant(5, ms(500));
        note(pool, "one");
        world.advance(ms(500));
        assertThat(pool.tryCheckout()).isEmpty();
        note(pool, "two");
        world.advance(ms(2_000));
        assertThat(served).containsExactly("one at 0");
        assertThat(pool.status().sharedRate()).returns(0, PoolStatus.SharedRateUse::share);
        grant(0, ms(500));
        assertThat(served).containsExactly("one at 0", "two at 2500");
        EngineInvariants.checkAtRest(pool);
    }

    @Test
    void permits_are_given_back_unused_ones_first_with_the_times_of_their_last_use() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2).sharedRate(new Owner("10/1s")));
        grant(6, LONG);
        note(pool, "one");
        world.advance(ms(100));
        note(pool, "two");
        world.advance(ms(100));
        long start = origin;
        assertThat(share().giveBack(3)).containsExactly(
                new RateShare.Used(3, start + ms(200).minus(ms(1_000)).toNanos()));
        assertThat(share().giveBack(2)).containsExactly(
                new RateShare.Used(1, start + ms(200).minus(ms(1_000)).toNanos()),
                new RateShare.Used(1, start));
        assertThat(share().use()).isEqualTo(new RateShare.Use(1, 1, 0, false));
        assertThat(share().giveBack(5)).containsExactly(new RateShare.Used(1, start + ms(100).toNanos()));
        assertThat(share().giveBack(1)).isEmpty();
        assertThat(pool.tryCheckout()).isEmpty();
    }

    @Test
    void a_caller_that_does_not_wait_is_refused_counted_and_told_when_to_come_again() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2).sharedRate(new Owner("2/1s")));
        grant(1, LONG);
        pool.tryCheckout().orElseThrow().close();
        world.advance(ms(300));
        assertThat(pool.tryCheckout()).isEmpty();
        assertThat(pool.run(worker -> served.add("never"))).isEmpty();
        assertThatThrownBy(() -> pool.checkout(Duration.ZERO))
                .isInstanceOfSatisfying(CheckoutTimeoutException.class,
                        refused -> assertThat(refused.retryAfter()).contains(ms(700)))
                .hasMessageContaining("cluster-rate 2/1s: 1 used of a share of 1, the next hand-out in 700 ms");
        assertThat(share().use()).isEqualTo(new RateShare.Use(1, 1, 3, true));
        assertThat(share().use()).isEqualTo(new RateShare.Use(1, 1, 0, false));
    }

    @Test
    void the_own_rate_and_the_share_must_both_permit() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(4).rate(Rate.parse("1/100ms"))
                .sharedRate(new Owner("2/1s")));
        grant(2, LONG);
        for (int i = 1; i <= 4; i++) {
            note(pool, "t" + i);
        }
        world.advance(ms(1_200));
        assertThat(served).containsExactly("t1 at 0", "t2 at 100", "t3 at 1000", "t4 at 1100");
        assertThat(pool.status().rate()).isNotNull();
    }

    @Test
    void a_burst_is_divided_as_the_share_is() {
        PoolClient<Worker> pool = world.start(
                spec -> spec.size(4).sharedRate(new Owner(Rate.parse("10/1s").withBurst(4))));
        grant(5, LONG);
        for (int i = 1; i <= 4; i++) {
            note(pool, "t" + i);
        }
        world.advance(ms(1_000));
        assertThat(served).containsExactly("t1 at 0", "t2 at 0", "t3 at 200", "t4 at 400");
    }

    @Test
    void the_end_of_the_pool_is_told_and_its_permits_can_still_be_taken() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2).sharedRate(new Owner("10/1s")));
        grant(3, LONG);
        note(pool, "one");
        world.advance(ms(50));
        world.world.perform(() -> world.pools.stopPool("pool", ms(100)));
        world.world.quiesce();
        assertThat(told).containsExactly("opened pool", "closed");
        int back = 0;
        for (RateShare.Used used : share().giveBack(Integer.MAX_VALUE)) {
            back += used.count();
        }
        assertThat(back).isEqualTo(3);
        share().grant(2, world.world.clock().nanoTime());
    }

    @Test
    void a_grant_beyond_the_rate_is_refused() {
        PoolClient<Worker> pool = world.start(spec -> spec.sharedRate(new Owner("10/1s")));
        grant(10, LONG);
        List<Integer> wrong = new ArrayList<>(List.of(1, -1));
        for (int count : wrong) {
            assertThatThrownBy(() -> share().grant(count, 0)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("count must be 0 to 0").hasMessageContaining("got: " + count);
        }
        assertThat(pool.tryCheckout()).isPresent();
    }

    @Test
    void an_owner_that_throws_harms_no_caller() {
        PoolClient<Worker> pool = world.start(spec -> spec.sharedRate(new SharedRate() {
            @Override
            public Rate rate() {
                return Rate.parse("1/1s");
            }

            @Override
            public void opened(RateShare opened) {
                share = opened;
                throw new IllegalStateException("opened");
            }

            @Override
            public void wanted(RateShare of) {
                throw new AssertionError("wanted");
            }

            @Override
            public void closed(RateShare of) {
                throw new IllegalStateException("closed");
            }
        }));
        note(pool, "one");
        world.world.quiesce();
        grant(1, LONG);
        assertThat(served).containsExactly("one at 0");
    }
}
