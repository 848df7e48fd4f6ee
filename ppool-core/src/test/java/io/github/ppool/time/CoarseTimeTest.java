package io.github.ppool.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CoarseTimeTest {

    private final ManualClock clock = new ManualClock();
    private final CoarseTime coarse = new CoarseTime(clock::nanoTime, clock::schedule);

    @Test
    void the_first_question_gets_the_time_itself() {
        clock.advance(Duration.ofMillis(3));
        assertThat(coarse.nanoTime()).isEqualTo(clock.nanoTime());
    }

    @Test
    void it_is_never_later_than_the_clock_and_less_than_a_tick_behind() {
        for (int i = 0; i < 1_000; i++) {
            clock.advance(Duration.ofNanos(700_001));
            long behind = clock.nanoTime() - coarse.nanoTime();
            assertThat(behind).isBetween(0L, CoarseTime.TICK.toNanos() - 1);
        }
    }

    @Test
    void it_stops_when_nobody_asks_and_begins_again_with_the_right_time() {
        coarse.nanoTime();
        clock.advance(CoarseTime.TICK.multipliedBy(CoarseTime.QUIET_TICKS + 1));
        assertThat(clock.nanosToNextTimer()).isEmpty();
        clock.advance(Duration.ofHours(1));
        assertThat(coarse.nanoTime()).isEqualTo(clock.nanoTime());
        assertThat(clock.nanosToNextTimer()).isPresent();
    }

    @Test
    void it_goes_on_while_somebody_asks_now_and_then() {
        for (int i = 0; i < 50; i++) {
            coarse.nanoTime();
            clock.advance(CoarseTime.TICK.multipliedBy(CoarseTime.QUIET_TICKS - 1));
            assertThat(clock.nanosToNextTimer()).isPresent();
        }
    }

    @Test
    void the_clock_of_the_machine_has_one_and_a_manual_clock_needs_none() {
        MonotonicClock system = MonotonicClock.system();
        long before = system.coarseNanoTime();
        assertThat(before - system.nanoTime()).isNotPositive();
        assertThat(system.coarseNanoTime() - before).isNotNegative();
        assertThat(clock.coarseNanoTime()).isEqualTo(clock.nanoTime());
    }
}
