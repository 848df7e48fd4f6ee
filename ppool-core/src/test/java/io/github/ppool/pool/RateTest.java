package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateTest {

    @ParameterizedTest
    @CsvSource({
            "100/1m, 100, PT1M, 100/1m",
            "5/1s, 5, PT1S, 5/1s",
            "' 5 / 1S ', 5, PT1S, 5/1s",
            "7/1500ms, 7, PT1.5S, 7/1500ms",
            "7/250, 7, PT0.25S, 7/250ms",
            "1/PT90M, 1, PT90M, 1/90m",
            "3/2h, 3, PT2H, 3/2h",
            "3/+2h, 3, PT2H, 3/2h",
            "999999999/366d, 999999999, PT8784H, 999999999/366d",
            "9/1000000ns, 9, PT0.001S, 9/1ms",
            "9/1500us, 9, PT0.0015S, 9/1500us"})
    void a_text_is_read_and_written(String text, int permits, Duration period, String written) {
        Rate rate = Rate.parse(text);
        assertThat(rate).isEqualTo(Rate.of(permits, period)).hasToString(written);
        assertThat(rate.burst()).isEqualTo(permits);
        assertThat(Rate.parse(rate.toString())).isEqualTo(rate);
    }

    @ParameterizedTest
    @ValueSource(strings = {"100", "fast", "-1/1m", "9999999999/1m", "/1m", "1 m", ""})
    void a_text_of_another_form_is_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Rate.parse(text))
                .withMessage("rate must be a number, a slash and a duration, such as 100/1m, got: " + text);
    }

    @ParameterizedTest
    @CsvSource({"100/m, m", "5/0s, 0s", "5/999us, 999us", "5/367d, 367d", "5/-1s, -1s", "5/-PT1S, -PT1S",
            "5/9223372036854775807d, 9223372036854775807d", "5/1w, 1w", "5/1m30, 1m30"})
    void a_period_outside_of_its_limits_is_refused(String text, String period) {
        assertThatIllegalArgumentException().isThrownBy(() -> Rate.parse(text))
                .withMessage("rate must have a duration from 1ms to 366d after the slash, got: " + period);
    }

    @Test
    void zero_and_a_burst_outside_of_its_limits_are_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Rate.parse("0/1m"))
                .withMessage("rate must permit 1 to 999999999, got: 0");
        assertThatIllegalArgumentException().isThrownBy(() -> Rate.of(-1, Duration.ofSeconds(1)))
                .withMessage("rate must permit 1 to 999999999, got: -1");
        Rate rate = Rate.parse("10/1s");
        assertThatIllegalArgumentException().isThrownBy(() -> rate.withBurst(0))
                .withMessage("burst must be 1 to 10, which the rate permits, got: 0");
        assertThatIllegalArgumentException().isThrownBy(() -> rate.withBurst(11))
                .withMessage("burst must be 1 to 10, which the rate permits, got: 11");
        assertThatIllegalArgumentException().isThrownBy(() -> Rate.of(1, Duration.ZERO))
                .withMessageContaining("a duration from 1ms to 366d");
        assertThatNullPointerException().isThrownBy(() -> Rate.of(1, null)).withMessage("period must not be null");
        assertThatNullPointerException().isThrownBy(() -> Rate.parse(null));
        assertThat(rate.withBurst(3)).hasToString("10/1s, burst 3");
    }

    @Test
    void a_long_text_is_cut_in_the_message() {
        assertThatIllegalArgumentException().isThrownBy(() -> Rate.parse("x".repeat(10_000)))
                .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(200));
    }
}
