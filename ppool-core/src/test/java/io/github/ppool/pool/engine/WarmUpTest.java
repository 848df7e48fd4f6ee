package io.github.ppool.pool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolSpec;
import io.github.ppool.time.ManualClock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The moments of a warm-up over thirty seconds, without a pool. */
class WarmUpTest {

    private final ManualClock clock = new ManualClock();
    private final AtomicInteger due = new AtomicInteger();
    private final WarmUp warmUp = Objects.requireNonNull(WarmUp.of(
            PoolSpec.builder("pool", Object::new).warmUp(Duration.ofSeconds(30)).build(), clock, due::incrementAndGet));

    private Duration toNextTimer() {
        return Duration.ofNanos(clock.nanosToNextTimer().orElse(0));
    }

    @Test
    void the_first_worker_may_begin_at_once_and_the_next_one_after_its_share_of_the_time() {
        warmUp.begin();
        assertThat(warmUp.mayBegin(0, 3)).isTrue();
        assertThat(warmUp.mayBegin(1, 3)).isFalse();
        assertThat(toNextTimer()).isEqualTo(Duration.ofSeconds(10));
        clock.advance(Duration.ofSeconds(10));
        assertThat(due).hasValue(1);
        warmUp.fired();
        assertThat(warmUp.mayBegin(1, 3)).isTrue();
    }

    /** A new supervisor begins while workers of the former one are still counted. */
    @Test
    void a_timer_that_was_set_for_more_workers_is_set_anew_when_they_are_gone() {
        warmUp.begin();
        assertThat(warmUp.mayBegin(2, 3)).isFalse();
        assertThat(toNextTimer()).isEqualTo(Duration.ofSeconds(20));
        assertThat(warmUp.mayBegin(0, 3)).isTrue();
        assertThat(warmUp.mayBegin(1, 3)).isFalse();
        assertThat(toNextTimer()).isEqualTo(Duration.ofSeconds(10));
        assertThat(warmUp.mayBegin(2, 3)).as("a later moment changes nothing").isFalse();
        assertThat(toNextTimer()).isEqualTo(Duration.ofSeconds(10));
        clock.advance(Duration.ofSeconds(20));
        assertThat(due).as("one timer").hasValue(1);
    }

    @Test
    void the_end_of_the_supervisor_leaves_no_timer() {
        warmUp.begin();
        assertThat(warmUp.mayBegin(1, 3)).isFalse();
        warmUp.end();
        assertThat(clock.nanosToNextTimer()).isEmpty();
        assertThat(warmUp.isRunning()).isFalse();
    }
}
