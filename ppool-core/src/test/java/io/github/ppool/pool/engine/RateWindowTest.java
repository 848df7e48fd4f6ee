package io.github.ppool.pool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.Rate;
import io.github.ppool.pool.RateShare;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The window against a reference that keeps all beginnings in a list, and drops of a bucket. */
class RateWindowTest {

    private static final long SECOND = 1_000_000_000;

    /** Each beginning is kept for ever, and each question looks at all of them. */
    private static final class Reference {
        private final Rate rate;
        private final long distance;
        private final List<Long> begins = new ArrayList<>();
        /** The content of the bucket, in nanoseconds: each beginning takes a distance. */
        private long drops;
        private long dropsAt;

        Reference(Rate rate, long now) {
            this.rate = rate;
            this.distance = Math.ceilDiv(rate.period().toNanos(), rate.permits());
            this.drops = rate.burst() * distance;
            this.dropsAt = now;
        }

        Reference(Reference other) {
            rate = other.rate;
            distance = other.distance;
            begins.addAll(other.begins);
            drops = other.drops;
            dropsAt = other.dropsAt;
        }

        private long dropsAt(long now) {
            return Math.min(rate.burst() * distance, drops + (now - dropsAt));
        }

        int used(long now) {
            return (int) begins.stream().filter(begin -> begin - (now - rate.period().toNanos()) > 0).count();
        }

        boolean isPermitted(long now) {
            return used(now) < rate.permits() && (rate.burst() == rate.permits() || dropsAt(now) >= distance);
        }

        void take(long now) {
            drops = dropsAt(now) - distance;
            dropsAt = now;
            begins.add(now);
        }

        int available(long now) {
            Reference copy = new Reference(this);
            int available = 0;
            for (; copy.isPermitted(now); available++) {
                copy.take(now);
            }
            return available;
        }

        /** The time at which the one after so many begins, if each begins as soon as it may. */
        long next(long now, int before) {
            Reference copy = new Reference(this);
            long at = now;
            for (int i = 0;; i++) {
                at = copy.earliest(at);
                if (i == before) {
                    return at;
                }
                copy.take(at);
            }
        }

        private long earliest(long now) {
            List<Long> times = new ArrayList<>(begins.stream().map(begin -> begin + rate.period().toNanos()).toList());
            times.add(now);
            times.add(dropsAt + distance - drops);
            return times.stream().filter(time -> time - now >= 0 && isPermitted(time)).sorted((a, b) -> Long.compare(a
                    - now, b - now)).findFirst().orElseThrow();
        }
    }

    @RepeatedTest(20)
    void it_agrees_with_the_reference() {
        long seed = Long.getLong("rate.seed", System.nanoTime());
        Random dice = new Random(seed);
        int permits = 1 + dice.nextInt(12);
        Rate rate = new Rate(permits, Duration.ofMillis(1 + dice.nextInt(50)), 1 + dice.nextInt(permits));
        String what = "seed " + seed + ", " + rate;
        long now = dice.nextBoolean() ? Long.MAX_VALUE - 1_000_000 : dice.nextLong(); // the clock may overflow
        RateWindow window = new RateWindow(rate);
        Reference reference = new Reference(rate, now);
        for (int i = 0; i < 400; i++) {
            switch (dice.nextInt(4)) {
                case 0 -> now += dice.nextLong(rate.period().toNanos() / 2);
                case 1 -> now = window.nextNanos(now, 0);
                default -> {
                    if (reference.isPermitted(now)) {
                        window.take(now);
                        reference.take(now);
                    }
                }
            }
            assertThat(window.used(now)).as(what).isEqualTo(reference.used(now));
            assertThat(window.isPermitted(now)).as(what).isEqualTo(reference.isPermitted(now));
            assertThat(window.available(now)).as(what).isEqualTo(reference.available(now));
            assertThat(window.nextNanos(now, 0)).as(what).isEqualTo(reference.next(now, 0));
            int before = dice.nextInt(30);
            long expected = reference.next(now, before);
            long told = window.nextNanos(now, before);
            // with both rules at work the sum of waits may be longer than the longer of the two
            assertThat(expected - told).as(what + ", " + before + " before").isNotNegative();
            if (rate.burst() == rate.permits()) {
                assertThat(told).as(what + ", " + before + " before").isEqualTo(expected);
            }
        }
        assertThat(window.isClear(window.clearNanos(now))).as(what).isTrue();
        if (window.clearNanos(now) - now > 0) {
            assertThat(window.isClear(window.clearNanos(now) - 1)).as(what).isFalse();
        }
    }

    @Test
    void one_more_begins_exactly_when_the_first_one_leaves_the_window() {
        RateWindow window = new RateWindow(Rate.of(2, Duration.ofSeconds(1)));
        window.take(5);
        window.take(100);
        assertThat(window.nextNanos(200, 0)).isEqualTo(SECOND + 5);
        assertThat(window.nextNanos(200, 1)).isEqualTo(SECOND + 100);
        assertThat(window.nextNanos(200, 2)).isEqualTo(2 * SECOND + 5);
        assertThat(window.isPermitted(SECOND + 4)).isFalse();
        assertThat(window.isPermitted(SECOND + 5)).isTrue();
    }

    @Test
    void a_burst_is_followed_by_even_distances() {
        RateWindow window = new RateWindow(Rate.of(10, Duration.ofSeconds(1)).withBurst(3));
        List<Long> begins = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            long now = window.nextNanos(begins.isEmpty() ? 0 : begins.getLast(), 0);
            window.take(now);
            begins.add(now);
        }
        long distance = SECOND / 10;
        assertThat(begins).containsExactly(0L, 0L, 0L, distance, 2 * distance, 3 * distance, 4 * distance,
                5 * distance);
    }

    @Test
    void forced_beginnings_are_waited_for_too() {
        RateWindow window = new RateWindow(Rate.of(1, Duration.ofSeconds(1)));
        window.take(0);
        window.take(10);
        window.take(20);
        assertThat(window.used(20)).isEqualTo(3);
        assertThat(window.available(20)).isZero();
        assertThat(window.nextNanos(20, 0)).isEqualTo(SECOND + 20);
    }

    @Test
    void a_large_rate_is_remembered_in_parts_and_is_never_exceeded() {
        long seed = Long.getLong("rate.seed", System.nanoTime());
        Random dice = new Random(seed);
        Rate rate = Rate.of(50_000, Duration.ofSeconds(1));
        RateWindow window = new RateWindow(rate);
        List<Long> begins = new ArrayList<>();
        long now = 0;
        while (begins.size() < 200_000) {
            if (window.isPermitted(now)) {
                window.take(now);
                begins.add(now);
                now += dice.nextInt(4) == 0 ? dice.nextLong(20_000) : 0;
            } else {
                long next = window.nextNanos(now, 0);
                long exact = begins.get(begins.size() - 50_000) + SECOND;
                assertThat(next - exact).as("seed " + seed).isBetween(0L, SECOND / RateWindow.MOST);
                now = next;
            }
        }
        for (int i = 50_000; i < begins.size(); i++) {
            assertThat(begins.get(i) - begins.get(i - 50_000)).as("seed " + seed).isGreaterThanOrEqualTo(SECOND);
        }
    }

    /** Permits go from window to window with the times of their last use, and are used again when they are free. */
    @RepeatedTest(30)
    void windows_whose_permits_move_keep_the_rate_together() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Rate rate = Rate.of(1 + random.nextInt(20), Duration.ofMillis(1 + random.nextInt(100)));
        List<RateWindow> windows = List.of(
                RateWindow.ofShare(rate), RateWindow.ofShare(rate), RateWindow.ofShare(rate));
        windows.getFirst().resize(rate.permits());
        List<RateShare.Used> moving = new ArrayList<>();
        List<Long> begins = new ArrayList<>();
        long now = random.nextLong(SECOND);
        for (int step = 0; step < 2_000; step++) {
            now += random.nextLong(rate.period().toNanos() / 4);
            RateWindow one = windows.get(random.nextInt(3));
            if (random.nextInt(5) == 0) {
                moving.addAll(one.giveBack(random.nextInt(rate.permits() + 1), now));
            }
            for (RateShare.Used each : List.copyOf(moving)) {
                if (each.lastNanos() + rate.period().toNanos() <= now) {
                    moving.remove(each);
                    RateWindow to = windows.get(random.nextInt(3));
                    to.resize(to.permits() + each.count());
                }
            }
            int most = random.nextInt(3) == 0 ? rate.permits() : 1;
            for (int i = 0; i < most && one.isPermitted(now); i++) {
                one.take(now);
                begins.add(now);
            }
            int all = windows.stream().mapToInt(RateWindow::permits).sum()
                    + moving.stream().mapToInt(RateShare.Used::count).sum();
            assertThat(all).as("permits, seed %d", seed).isEqualTo(rate.permits());
        }
        for (int i = rate.permits(); i < begins.size(); i++) {
            assertThat(begins.get(i) - begins.get(i - rate.permits())).as("seed %d", seed)
                    .isGreaterThanOrEqualTo(rate.period().toNanos());
        }
    }

    @Test
    void a_share_has_a_part_of_the_burst_and_at_least_one() {
        RateWindow window = RateWindow.ofShare(Rate.of(10, Duration.ofSeconds(1)).withBurst(3));
        assertThat(window.available(0)).isZero();
        window.resize(1);
        assertThat(window.available(0)).isOne();
        window.resize(7);
        assertThat(window.available(0)).isEqualTo(2);
        window.resize(10);
        assertThat(window.available(0)).isEqualTo(3);
    }
}
