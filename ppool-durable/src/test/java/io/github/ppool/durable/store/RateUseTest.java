package io.github.ppool.durable.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.Rate;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RateUseTest {

    @Test
    void begins_come_back_when_the_time_has_passed() {
        Rate rate = Rate.of(3, Duration.ofSeconds(60));
        RateUse use = new RateUse("", 500);
        use.take(rate, 500, 2);
        assertThat(use.free(rate)).isEqualTo(1);
        use.take(rate, 1_700, 1);
        assertThat(use.free(rate)).isZero();
        assertThat(use.text()).isEqualTo("61000:2;62000:1;");
        assertThat(use.pause(rate, 2_000)).isEqualTo(Duration.ofSeconds(59));
        assertThat(new RateUse(use.text(), 60_999).free(rate)).isZero();
        assertThat(new RateUse(use.text(), 61_000).free(rate)).isEqualTo(2);
        assertThat(new RateUse(use.text(), 62_000).text()).isEmpty();
    }

    @Test
    void a_smaller_rate_waits_for_as_many_as_are_too_many() {
        Rate before = Rate.of(5, Duration.ofSeconds(60));
        RateUse use = new RateUse("", 0);
        use.take(before, 0, 2);
        use.take(before, 1_000, 2);
        use.take(before, 2_000, 1);
        Rate now = Rate.of(2, Duration.ofSeconds(60));
        assertThat(use.free(now)).isZero();
        assertThat(use.pause(now, 3_000)).isEqualTo(Duration.ofSeconds(59));
    }

    @Test
    void the_text_is_bounded_and_never_tells_too_few() {
        Random random = new Random(1);
        String text = "";
        long taken = 0;
        for (int i = 0; i < 2_000; i++) {
            Rate rate = Rate.of(1_000_000, Duration.ofMillis(3_600_000L + random.nextInt(1_000_000)));
            RateUse use = new RateUse(text, i);
            use.take(rate, i, 1);
            taken++;
            text = use.text();
            assertThat(text).hasSizeLessThan(4_000);
            assertThat(rate.permits() - use.free(rate)).isEqualTo(taken);
        }
    }
}
