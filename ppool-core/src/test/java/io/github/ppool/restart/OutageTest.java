package io.github.ppool.restart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.process.ExitReason;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutageTest {

    private static final Decision IN_5_S = new Decision.RestartAfter(Duration.ofSeconds(5), false);

    @Test
    void attempts_are_counted_from_the_crash_or_from_the_first_start() {
        Outage crash = Outage.ofCrash(0);
        assertThat(crash.follows("restarts", Decision.restartNow())).isEqualTo("restarts now");
        assertThat(crash.follows("is tried again", IN_5_S)).isEqualTo("is tried again in 5s, attempt 2");
        assertThat(crash.back(12_000_000_000L)).isEqualTo("after 12s, 2 attempts");
        Outage start = Outage.ofFirstStart(1_000_000);
        assertThat(start.follows("is tried again", IN_5_S)).isEqualTo("is tried again in 5s, attempt 2");
        assertThat(start.back(13_345_678)).isEqualTo("after 12.3ms, 2 attempts");
    }

    @Test
    void what_follows_is_told_for_each_decision() {
        Outage outage = Outage.ofCrash(0);
        assertThat(outage.follows("restarts", new Decision.RestartAfter(Duration.ofMillis(100), true)))
                .isEqualTo("restarts in 100ms (imposed: too many failed starts in a row)");
        assertThat(outage.follows("restarts", new Decision.Wait())).isEqualTo("stays down: its plan says wait");
        assertThat(outage.follows("restarts", new Decision.Delete())).isEqualTo("is given up: its plan says delete");
        assertThat(outage.follows("restarts", Decision.stop(ExitReason.of("boom"))))
                .isEqualTo("stays down: its supervisor ends (supervisor exits with boom)");
        assertThat(outage.follows("restarts", new Decision.ReachedMaxRestartPlan(ExitReason.SHUTDOWN)))
                .isEqualTo("stays down: its supervisor ends (give up: reached_max_restart_plan)");
    }

    @Test
    void a_child_that_was_started_by_hand_is_back_after_one_attempt_and_no_time_is_negative() {
        Outage outage = Outage.ofCrash(5);
        assertThat(outage.follows("restarts", new Decision.Wait())).doesNotContain("attempt");
        assertThat(outage.back(0)).isEqualTo("after 0s, 1 attempt");
    }
}
