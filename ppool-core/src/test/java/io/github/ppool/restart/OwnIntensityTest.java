package io.github.ppool.restart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.CapturedLog;
import io.github.ppool.process.ExitReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OwnIntensityTest {

    private final AtomicLong now = new AtomicLong();
    private final List<ExitReason> given = new ArrayList<>();

    private OwnIntensity allowing(int restarts, Duration period) {
        return new OwnIntensity(new RestartIntensity(restarts, period), now::get, given::add);
    }

    @Test
    void so_many_restarts_are_allowed_and_the_next_end_is_the_last() {
        OwnIntensity own = allowing(2, Duration.ofSeconds(10));
        assertThat(own.decide(ExitReason.KILLED, 1)).isEqualTo(PlanElement.RESTART);
        assertThat(own.decide(ExitReason.SHUTDOWN, 2)).isEqualTo(PlanElement.RESTART);
        assertThat(given).isEmpty();
        assertThat(own.decide(ExitReason.of("boom"), 3)).isEqualTo(PlanElement.DELETE);
        assertThat(given).containsExactly(ExitReason.of("boom"));
    }

    @Test
    void zero_allows_none() {
        assertThat(allowing(0, Duration.ofSeconds(1)).decide(ExitReason.KILLED, 1)).isEqualTo(PlanElement.DELETE);
    }

    @Test
    void it_decides_as_the_window_of_a_supervisor_would() {
        Random random = new Random(7);
        OwnIntensity own = allowing(3, Duration.ofNanos(50));
        RestartWindow window = new RestartIntensity(3, Duration.ofNanos(50)).newWindow();
        for (int end = 0; end < 1000; end++) {
            now.addAndGet(random.nextInt(40));
            assertThat(own.decide(ExitReason.KILLED, end))
                    .isEqualTo(window.allows(now.get()) ? PlanElement.RESTART : PlanElement.DELETE);
        }
        assertThat(given).isNotEmpty();
    }

    @Test
    void an_observer_that_throws_changes_nothing() {
        try (CapturedLog log = CapturedLog.open()) {
            OwnIntensity own = new OwnIntensity(
                    new RestartIntensity(0, Duration.ofSeconds(1)), now::get, reason -> {
                        throw new IllegalStateException("observer");
                    });
            assertThat(own.decide(ExitReason.KILLED, 1)).isEqualTo(PlanElement.DELETE);
            assertThat(log.thrown("failed")).hasMessage("observer");
        }
    }

    @Test
    void the_plan_is_this_element_and_says_how_often() {
        assertThat(allowing(5, Duration.ofMinutes(1)).plan().toString()).contains("at most 5 in PT1M");
    }
}
