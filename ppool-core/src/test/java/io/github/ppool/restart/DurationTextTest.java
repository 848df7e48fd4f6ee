package io.github.ppool.restart;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationTextTest {

    @ParameterizedTest
    @CsvSource({
            "0, 0s", "7, 7ns", "1500000000, 1500ms", "90000000000, 90s", "86399000000000, 86399s",
            "88793242, 88.8ms", "999960000, 1s", "999949999, 1s", "123456, 123us", "59960000001, 1m",
            "12345678901, 12.3s",
            "123456789012, 2m3s", "3725123456789, 1h2m", "93784123456789, 1d2h", "9223372036854775807, 106752d"
    })
    void a_duration_for_a_reader_has_few_digits(long nanos, String expected) {
        assertThat(DurationText.inShort(Duration.ofNanos(nanos))).isEqualTo(expected);
    }

    @Test
    void a_restart_after_jitter_is_told_in_few_digits() {
        assertThat(new Decision.RestartAfter(Duration.ofNanos(88_793_242), false)).hasToString("restart in 88.8ms");
    }

    @Test
    void what_a_plan_prints_stays_exact() {
        assertThat(PlanElement.after(Duration.ofNanos(88_793_242))).hasToString("88793242ns");
    }
}
