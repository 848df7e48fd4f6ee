package io.github.ppool.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RestartWindowTest {
    private static final Duration TEN = Duration.ofNanos(10);

    @Test
    void defaultIsOneRestartInFiveSeconds() {
        assertThat(RestartIntensity.DEFAULT).isEqualTo(new RestartIntensity(1, Duration.ofSeconds(5)));
    }

    @Test
    void intensityZeroGivesUpAtTheFirstRestart() {
        RestartWindow window = new RestartIntensity(0, TEN).newWindow();
        assertThat(window.allows(0)).isFalse();
        assertThat(window.allows(1_000)).isFalse();
    }

    @Test
    void allowsAsManyRestartsAsTheIntensityAndNotOneMore() {
        RestartWindow window = new RestartIntensity(3, TEN).newWindow();
        assertThat(List.of(window.allows(0), window.allows(0), window.allows(1), window.allows(2)))
                .containsExactly(true, true, true, false);
    }

    @Test
    void aRestartThatIsExactlyAsOldAsThePeriodStillCounts() {
        RestartWindow window = new RestartIntensity(1, TEN).newWindow();
        assertThat(window.allows(0)).isTrue();
        assertThat(window.allows(10)).isFalse();
    }

    @Test
    void aRestartThatIsOlderThanThePeriodIsForgotten() {
        RestartWindow window = new RestartIntensity(1, TEN).newWindow();
        assertThat(window.allows(0)).isTrue();
        assertThat(window.allows(11)).isTrue();
        assertThat(window.size()).isEqualTo(1);
    }

    @Test
    void theWindowSlides() {
        RestartWindow window = new RestartIntensity(2, TEN).newWindow();
        assertThat(window.allows(0)).isTrue();
        assertThat(window.allows(8)).isTrue();
        assertThat(window.allows(11)).isTrue();
        assertThat(window.allows(18)).isFalse();
        assertThat(window.allows(29)).isTrue();
    }

    @Test
    void aRefusedRestartIsCountedToo() {
        RestartWindow window = new RestartIntensity(1, TEN).newWindow();
        window.allows(0);
        assertThat(window.allows(9)).isFalse();
        assertThat(window.allows(15)).isFalse();
    }

    @Test
    void worksWhereTheMonotonicClockWrapsAround() {
        RestartWindow window = new RestartIntensity(1, TEN).newWindow();
        assertThat(window.allows(Long.MAX_VALUE - 1)).isTrue();
        assertThat(window.allows(Long.MIN_VALUE + 2)).isFalse();
        assertThat(window.allows(Long.MIN_VALUE + 50)).isTrue();
    }

    @Test
    void keepsNoMoreTimesThanMatterHoweverManyRestartsAreRefused() {
        RestartWindow window = new RestartIntensity(5, Duration.ofDays(1)).newWindow();
        for (int now = 0; now < 100_000; now++) {
            window.allows(now);
        }
        assertThat(window.size()).isEqualTo(6);
    }

    @Test
    void aHugeIntensityCostsNoMemoryUntilRestartsHappen() {
        RestartWindow window = new RestartIntensity(Integer.MAX_VALUE, Duration.ofDays(1)).newWindow();
        for (int now = 0; now < 10_000; now++) {
            assertThat(window.allows(now)).isTrue();
        }
        assertThat(window.size()).isEqualTo(10_000);
    }

    @Test
    void answersLikeOtpsListForRandomRestarts() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int run = 0; run < 200; run++) {
            int intensity = random.nextInt(12);
            long period = 1 + random.nextInt(50);
            RestartWindow window = new RestartIntensity(intensity, Duration.ofNanos(period)).newWindow();
            List<Long> list = new ArrayList<>();
            long now = random.nextLong() >> 2;
            for (int restart = 0; restart < 100; restart++) {
                now += random.nextInt(15);
                long threshold = now - period;
                list.removeIf(then -> then < threshold);
                list.add(now);
                assertThat(window.allows(now)).as("seed %d", seed).isEqualTo(list.size() <= intensity);
            }
        }
    }

    @Test
    void refusesANegativeIntensityAndAPeriodOfNothing() {
        assertThatThrownBy(() -> new RestartIntensity(-1, TEN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("intensity must not be negative, got: -1");
        assertThatThrownBy(() -> new RestartIntensity(1, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("period must be more than zero, got: PT0S");
        assertThatThrownBy(() -> new RestartIntensity(1, Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("period must not be negative, got: PT-1S");
    }
}
