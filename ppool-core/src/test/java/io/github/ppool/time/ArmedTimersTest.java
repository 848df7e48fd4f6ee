package io.github.ppool.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.Eventually;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessStatus;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.ReplySlot;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thread that others can see waiting has its timer already, so an advance of the clock then wakes the thread. */
@Timeout(60)
class ArmedTimersTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void a_thread_is_armed_after_its_timer_is_there_and_before_it_parks() {
        ManualClock clock = new ManualClock();
        AtomicInteger armed = new AtomicInteger();
        clock.parkUntil(this, SECOND.toNanos(), () -> {
            armed.incrementAndGet();
            assertThat(clock.nanosToNextTimer()).hasValue(SECOND.toNanos());
            clock.advance(SECOND); // so the thread does not park
        });
        assertThat(armed).hasValue(1);
        assertThat(clock.nanosToNextTimer()).isEmpty();
    }

    @Test
    void a_thread_whose_time_has_passed_is_not_armed() {
        ManualClock clock = new ManualClock();
        clock.advance(SECOND);
        AtomicInteger armed = new AtomicInteger();
        clock.parkUntil(this, SECOND.toNanos(), armed::incrementAndGet);
        MonotonicClock.system().parkUntil(this, MonotonicClock.system().nanoTime() + 1_000_000, armed::incrementAndGet);
        assertThat(armed).hasValue(1);
    }

    @Test
    void a_process_that_is_seen_to_wait_wakes_at_the_next_advance() throws Exception {
        ManualClock clock = new ManualClock();
        try (ProcessSystem system = new ProcessSystem(clock)) {
            for (int round = 0; round < 500; round++) {
                CompletableFuture<Boolean> woken = new CompletableFuture<>();
                int kind = round % 3;
                Pid pid = system.spawn(self -> {
                    switch (kind) {
                        case 0 -> self.sleep(SECOND);
                        case 1 -> woken.complete(self.receive(SECOND) == null);
                        default -> woken.complete(new ReplySlot<String>(system.clock()).await(SECOND) == null);
                    }
                    woken.complete(true);
                });
                while (system.info(pid).status() != ProcessStatus.WAITING) {
                    Thread.onSpinWait();
                }
                assertThat(clock.nanosToNextTimer()).as("in round %s", round).isPresent();
                clock.advance(SECOND);
                assertThat(woken.get(50, TimeUnit.SECONDS)).isTrue();
                Eventually.so(pid::toString, () -> !pid.isAlive());
            }
        }
    }
}
