package io.github.ppool.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SystemClockTest {

    private final MonotonicClock clock = MonotonicClock.system();

    @Test
    void aTimerRunsOnceNotBeforeItsTimeAndNotOnTheCallersThread() throws Exception {
        CompletableFuture<Thread> ran = new CompletableFuture<>();
        AtomicInteger times = new AtomicInteger();
        long begin = clock.nanoTime();
        clock.schedule(Duration.ofMillis(20), () -> {
            times.incrementAndGet();
            ran.complete(Thread.currentThread());
        });
        Thread thread = ran.get(50, TimeUnit.SECONDS);
        assertThat(clock.nanoTime() - begin).isGreaterThanOrEqualTo(20_000_000L);
        assertThat(thread).isNotSameAs(Thread.currentThread());
        assertThat(thread.isDaemon()).isTrue();
        assertThat(times).hasValue(1);
    }

    @Test
    void aNegativeDelayMeansAsSoonAsPossible() throws Exception {
        CompletableFuture<Boolean> ran = new CompletableFuture<>();
        clock.schedule(Duration.ofSeconds(Long.MIN_VALUE), () -> ran.complete(true));
        assertThat(ran.get(50, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aCancelledTimerDoesNotRunAndASecondCancelSaysSo() throws Exception {
        AtomicInteger times = new AtomicInteger();
        Timer timer = clock.schedule(Duration.ofMillis(5), times::incrementAndGet);
        assertThat(timer.cancel()).isTrue();
        assertThat(timer.cancel()).isFalse();
        CompletableFuture<Boolean> later = new CompletableFuture<>();
        clock.schedule(Duration.ofMillis(10), () -> later.complete(true));
        later.get(50, TimeUnit.SECONDS);
        assertThat(times).hasValue(0);
    }

    @Test
    void aTimerThatRunsAtThisMomentCannotBeCancelled() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<Boolean> over = new CompletableFuture<>();
        Timer timer = clock.schedule(Duration.ZERO, () -> {
            begun.countDown();
            try {
                over.complete(goOn.await(50, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                over.completeExceptionally(e);
            }
        });
        assertThat(begun.await(50, TimeUnit.SECONDS)).isTrue();
        assertThat(timer.cancel()).isFalse();
        goOn.countDown();
        assertThat(over.get(50, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aTaskThatThrowsDoesNotCostTheOthersTheirThread() throws Exception {
        CompletableFuture<Boolean> ran = new CompletableFuture<>();
        clock.schedule(Duration.ZERO, () -> {
            throw new AssertionError("expected by a test");
        });
        clock.schedule(Duration.ofMillis(1), () -> ran.complete(true));
        assertThat(ran.get(50, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void manyTimersAreCancelledQuickly() {
        // With a linear search in the queue this would take minutes.
        Timer[] timers = new Timer[50_000];
        for (int i = 0; i < timers.length; i++) {
            timers[i] = clock.schedule(Duration.ofHours(1 + i % 7), () -> {});
        }
        for (Timer timer : timers) {
            assertThat(timer.cancel()).isTrue();
        }
    }

    @Test
    void durationsAreCutToTheRangeOfNanoseconds() {
        assertThat(MonotonicClock.saturatedNanos(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE);
        assertThat(MonotonicClock.saturatedNanos(Duration.ofSeconds(Long.MIN_VALUE))).isEqualTo(Long.MIN_VALUE);
        assertThat(MonotonicClock.saturatedNanos(Duration.ofNanos(-5))).isEqualTo(-5);
        assertThat(MonotonicClock.saturatedNanos(Duration.ofMillis(1500))).isEqualTo(1_500_000_000L);
    }

    @Test
    void aDeadlineIsNeverSoFarThatDifferencesOverflow() {
        long now = clock.nanoTime();
        assertThat(clock.deadlineAfter(Duration.ofSeconds(Long.MAX_VALUE)) - now).isPositive();
        assertThat(clock.deadlineAfter(Duration.ofSeconds(Long.MIN_VALUE)) - now).isNegative();
    }
}
