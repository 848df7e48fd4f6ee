package io.github.ppool.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ManualClockTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualClock clock = new ManualClock();
    private final List<String> ran = new ArrayList<>();

    @Test
    void itStandsStillUntilItIsAdvanced() {
        assertThat(clock.nanoTime()).isZero();
        clock.advance(SECOND);
        assertThat(clock.nanoTime()).isEqualTo(1_000_000_000L);
    }

    @Test
    void timersRunInTheOrderOfTheirTimesAndThenOfTheirScheduling() {
        clock.schedule(Duration.ofSeconds(2), () -> ran.add("late"));
        clock.schedule(SECOND, () -> ran.add("first"));
        clock.schedule(SECOND, () -> ran.add("second"));
        clock.advance(Duration.ofSeconds(2));
        assertThat(ran).containsExactly("first", "second", "late");
    }

    @Test
    void aTimerRunsOnTheThreadThatAdvancesAndSeesItsOwnTime() {
        AtomicReference<Thread> thread = new AtomicReference<>();
        clock.schedule(SECOND, () -> {
            thread.set(Thread.currentThread());
            ran.add("at " + clock.nanoTime());
        });
        clock.advance(Duration.ofSeconds(5));
        assertThat(thread).hasValue(Thread.currentThread());
        assertThat(ran).containsExactly("at 1000000000");
        assertThat(clock.nanoTime()).isEqualTo(5_000_000_000L);
    }

    @Test
    void aTimerThatATimerSchedulesRunsInTheSameAdvanceWhenItIsDue() {
        clock.schedule(SECOND, () -> clock.schedule(SECOND, () -> ran.add("in time")));
        clock.schedule(SECOND, () -> clock.schedule(Duration.ofSeconds(2), () -> ran.add("too late")));
        clock.advance(Duration.ofSeconds(2));
        assertThat(ran).containsExactly("in time");
    }

    @Test
    void aDelayOfZeroOrLessWaitsForTheNextAdvanceEvenOfZero() {
        clock.schedule(Duration.ZERO, () -> ran.add("zero"));
        clock.schedule(Duration.ofSeconds(-1), () -> ran.add("negative"));
        assertThat(ran).isEmpty();
        clock.advance(Duration.ZERO);
        assertThat(ran).containsExactly("zero", "negative");
    }

    @Test
    void aCancelledTimerDoesNotRunAndIsForgotten() {
        Timer timer = clock.schedule(SECOND, () -> ran.add("never"));
        assertThat(timer.cancel()).isTrue();
        assertThat(timer.cancel()).isFalse();
        assertThat(clock.nanosToNextTimer()).isEmpty();
        clock.advance(SECOND);
        assertThat(ran).isEmpty();
    }

    @Test
    void aTimerThatHasBegunCannotBeCancelled() {
        AtomicReference<Timer> own = new AtomicReference<>();
        own.set(clock.schedule(SECOND, () -> ran.add("cancelled: " + own.get().cancel())));
        clock.advance(SECOND);
        assertThat(ran).containsExactly("cancelled: false");
    }

    @Test
    void aTaskThatThrowsDoesNotHoldUpTheOthers() {
        clock.schedule(SECOND, () -> {
            throw new IllegalStateException("expected by a test");
        });
        clock.schedule(SECOND, () -> ran.add("next"));
        clock.advance(SECOND);
        assertThat(ran).containsExactly("next");
    }

    @Test
    void itTellsHowLongItIsToTheNextTimer() {
        assertThat(clock.nanosToNextTimer()).isEmpty();
        clock.schedule(Duration.ofSeconds(3), () -> {});
        clock.schedule(SECOND, () -> {});
        clock.advance(Duration.ofMillis(400));
        assertThat(clock.nanosToNextTimer()).hasValue(600_000_000L);
        clock.schedule(Duration.ofSeconds(-1), () -> {});
        assertThat(clock.nanosToNextTimer()).hasValue(0);
    }

    @Test
    void aNegativeAdvanceIsRefusedAndChangesNothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> clock.advance(Duration.ofMillis(-1)))
                .withMessage("time must not be negative, got: PT-0.001S");
        assertThat(clock.nanoTime()).isZero();
    }

    @Test
    void aTaskThatIsNullIsRefusedWhenItIsScheduled() {
        assertThatNullPointerException().isThrownBy(() -> clock.schedule(SECOND, null));
        assertThatNullPointerException().isThrownBy(() -> MonotonicClock.system().schedule(SECOND, null));
    }

    @Test
    void longTimesAreCutAndNothingOverflows() {
        Duration forever = Duration.ofSeconds(Long.MAX_VALUE);
        clock.advance(SECOND);
        clock.schedule(forever, () -> ran.add("in 146 years"));
        clock.schedule(SECOND, () -> ran.add("soon"));
        clock.advance(forever);
        assertThat(clock.nanoTime()).isEqualTo(Long.MAX_VALUE / 2);
        assertThat(ran).containsExactly("soon");
        assertThat(clock.deadlineAfter(forever)).isPositive();
        clock.advance(forever);
        assertThat(clock.nanoTime()).isEqualTo(Long.MAX_VALUE / 2);
    }

    @Test
    void aParkedThreadGoesOnWhenItsTimeHasCome() throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        Thread thread = Thread.ofVirtual().start(() -> {
            long deadline = clock.deadlineAfter(SECOND);
            while (deadline - clock.nanoTime() > 0) {
                clock.parkUntil(this, deadline);
            }
            over.countDown();
        });
        while (clock.nanosToNextTimer().isEmpty()) {
            Thread.onSpinWait();
        }
        clock.advance(Duration.ofMillis(999));
        assertThat(over.getCount()).isOne();
        clock.advance(Duration.ofMillis(1));
        assertThat(over.await(50, TimeUnit.SECONDS)).isTrue();
        thread.join();
        assertThat(clock.nanosToNextTimer()).isEmpty();
    }

    @Test
    void parkingUntilATimeThatHasPassedReturnsAtOnce() {
        clock.parkUntil(this, 0);
        clock.parkUntil(this, -1);
        MonotonicClock.system().parkUntil(this, System.nanoTime() - 1);
    }

    @Test
    void itsTextShowsItsTimeAndHowManyTimersWait() {
        clock.schedule(SECOND, () -> {});
        assertThat(clock).hasToString("ManualClock[PT0S, timers=1]");
    }
}
