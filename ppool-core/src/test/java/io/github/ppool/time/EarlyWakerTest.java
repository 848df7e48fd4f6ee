package io.github.ppool.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EarlyWakerTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long NOW = 5 * SECOND;

    /** Timers that were asked for. */
    private record Scheduled(Runnable bucket, long delayNanos) {}

    private final BlockingQueue<Scheduled> timers = new LinkedBlockingQueue<>();
    private final EarlyWaker waker = new EarlyWaker(
            (bucket, delayNanos) -> timers.add(new Scheduled(bucket, delayNanos)));

    private record Parked(Thread thread, CompletableFuture<Boolean> result) {}

    private Parked park(long deadlineNanos) {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        Thread thread = Thread.startVirtualThread(() -> result.complete(waker.park(this, deadlineNanos, NOW)));
        return new Parked(thread, result);
    }

    private static boolean resultOf(Parked parked) throws Exception {
        return parked.result().get(50, TimeUnit.SECONDS);
    }

    private static void awaitParked(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aThreadIsWokenShortlyBeforeItsDeadlineAndNotAfterIt() throws Exception {
        Parked parked = park(NOW + 2 * SECOND);
        Scheduled timer = timers.poll(50, TimeUnit.SECONDS);
        assertThat(timer).isNotNull();
        assertThat(timer.delayNanos()).isBetween(2 * SECOND - 60_000_000, 2 * SECOND - 1);
        awaitParked(parked.thread());
        timer.bucket().run();
        assertThat(resultOf(parked)).isTrue();
    }

    @Test
    void aNearDeadlineIsNotForThis() throws Exception {
        assertThat(resultOf(park(NOW + 10_000_000))).isFalse();
        assertThat(resultOf(park(NOW))).isFalse();
        assertThat(resultOf(park(NOW - SECOND))).isFalse();
        assertThat(timers).isEmpty();
    }

    @Test
    void aDeadlineBeyondTheRingIsComeBackTo() throws Exception {
        Parked parked = park(NOW + 1_000_000 * SECOND);
        Scheduled timer = timers.poll(50, TimeUnit.SECONDS);
        assertThat(timer).isNotNull();
        assertThat(Duration.ofNanos(timer.delayNanos())).isBetween(Duration.ofSeconds(16), Duration.ofSeconds(18));
        awaitParked(parked.thread());
        timer.bucket().run();
        assertThat(resultOf(parked)).isTrue();
    }

    @Test
    void whoeverIsUnparkedLeavesAndTheOthersAreWokenByOneTimer() throws Exception {
        List<Parked> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(park(NOW + SECOND));
        }
        all.forEach(parked -> awaitParked(parked.thread()));
        Random random = new Random(1);
        List<Parked> gone = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Parked one = all.remove(random.nextInt(all.size()));
            LockSupport.unpark(one.thread());
            gone.add(one);
        }
        for (Parked one : gone) {
            assertThat(resultOf(one)).isTrue();
        }
        assertThat(timers).hasSize(1);
        assertThat(all).noneMatch(parked -> parked.result().isDone());
        timers.remove().bucket().run();
        for (Parked one : all) {
            assertThat(resultOf(one)).isTrue();
        }
    }

    @Test
    void whoComesWhenTheBucketHasBeenOpenedParksWithATimer() throws Exception {
        Parked first = park(NOW + SECOND);
        Scheduled timer = timers.poll(50, TimeUnit.SECONDS);
        assertThat(timer).isNotNull();
        timer.bucket().run();
        resultOf(first);
        assertThat(resultOf(park(NOW + SECOND))).isFalse();
    }

    @Test
    void aLaterTickTakesThePlaceOfOneThatIsOver() throws Exception {
        long turn = 1L << (24 + 10);
        Parked first = park(NOW + SECOND);
        Scheduled timer = timers.poll(50, TimeUnit.SECONDS);
        assertThat(timer).isNotNull();
        timer.bucket().run();
        resultOf(first);
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        Thread.startVirtualThread(() -> result.complete(waker.park(this, NOW + turn + SECOND, NOW + turn)));
        Scheduled second = timers.poll(50, TimeUnit.SECONDS);
        assertThat(second).isNotNull();
        second.bucket().run();
        assertThat(resultOf(park(NOW + SECOND))).as("the tick that is over").isFalse();
        result.get(50, TimeUnit.SECONDS);
    }

    @Test
    void aVirtualThreadThatWaitsByTheSystemsClockIsNeitherEarlyNorFarTooLate() throws Exception {
        MonotonicClock clock = MonotonicClock.system();
        CompletableFuture<Long> late = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            long deadline = clock.deadlineAfter(Duration.ofMillis(150));
            while (deadline - clock.nanoTime() > 0) {
                clock.parkUntil(this, deadline);
            }
            late.complete(clock.nanoTime() - deadline);
        });
        assertThat(late.get(50, TimeUnit.SECONDS)).isBetween(0L, 5 * SECOND);
    }
}
