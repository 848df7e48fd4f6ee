package io.github.ppool.pool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class WaitClassesTest {

    private static final long MILLI = 1_000_000;

    @Test
    void a_wait_is_in_a_class_whose_middle_is_an_eighth_of_it_away_at_most() {
        Random random = new Random(7);
        for (int i = 0; i < 100_000; i++) {
            long nanos = (long) (MILLI * Math.pow(2, random.nextDouble() * 20));
            long about = WaitClasses.aboutNanos(WaitClasses.indexOf(nanos));
            assertThat(Math.abs(about - nanos)).as("of %s", nanos).isLessThanOrEqualTo(Math.max(MILLI, nanos / 8 + 1));
        }
    }

    @Test
    void longer_waits_are_never_in_earlier_classes() {
        int before = 0;
        for (long millis = 0; millis < 10_000; millis++) {
            int index = WaitClasses.indexOf(millis * MILLI);
            assertThat(index).isBetween(before, before + 1);
            before = index;
        }
    }

    @Test
    void the_extremes_are_counted_too() {
        WaitClasses classes = new WaitClasses();
        classes.count(-1);
        classes.count(0);
        classes.count(Long.MAX_VALUE);
        assertThat(classes.snapshot().groups()).hasSize(2);
        assertThat(classes.snapshot().groups().getFirst().number()).isEqualTo(2);
        assertThat(classes.snapshot().groups().getLast().about()).isGreaterThan(java.time.Duration.ofMinutes(30));
    }
}
