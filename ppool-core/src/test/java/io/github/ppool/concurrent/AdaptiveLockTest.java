package io.github.ppool.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdaptiveLockTest {

    private final AdaptiveLock lock = new AdaptiveLock();
    private long guarded;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void one_at_a_time_and_each_sees_what_the_last_one_did(boolean virtual) throws Exception {
        int threads = 16;
        int rounds = 20_000;
        CountDownLatch begin = new CountDownLatch(1);
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform();
            all.add(builder.start(() -> {
                try {
                    begin.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                for (int round = 0; round < rounds; round++) {
                    lock.lock();
                    guarded++;
                    lock.unlock();
                }
            }));
        }
        begin.countDown();
        for (Thread thread : all) {
            thread.join();
        }
        assertThat(guarded).isEqualTo((long) threads * rounds);
        assertThat(lock.isHeld()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void an_interrupt_does_not_end_the_wait_and_is_kept(boolean virtual) throws Exception {
        lock.lock();
        Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform();
        boolean[] interrupted = {false};
        Thread waiting = builder.start(() -> {
            lock.lock();
            interrupted[0] = Thread.currentThread().isInterrupted();
            lock.unlock();
        });
        waiting.interrupt();
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        assertThat(waiting.isAlive()).isTrue();
        lock.unlock();
        waiting.join();
        assertThat(interrupted[0]).isTrue();
    }

    @Test
    void says_whether_it_is_held() {
        assertThat(lock.isHeld()).isFalse();
        lock.lock();
        assertThat(lock.isHeld()).isTrue();
        lock.unlock();
        assertThat(lock.isHeld()).isFalse();
    }

    @Test
    void a_thread_that_takes_it_again_fails_at_once() {
        lock.lock();
        try {
            assertThatThrownBy(lock::lock).isInstanceOf(AssertionError.class).hasMessageContaining("not reentrant");
            assertThatThrownBy(lock::lockEagerly).isInstanceOf(AssertionError.class);
            assertThatThrownBy(lock::lockReserved).isInstanceOf(AssertionError.class);
            assertThatThrownBy(lock::lockReservedEagerly).isInstanceOf(AssertionError.class);
            assertThat(lock.isHeldByCurrentThread()).isTrue();
        } finally {
            lock.unlock();
        }
        assertThat(lock.isHeldByCurrentThread()).isFalse();
    }

    @Test
    void only_the_holder_lets_go() throws Exception {
        assertThatThrownBy(lock::unlock).isInstanceOf(AssertionError.class);
        lock.lock();
        Throwable[] thrown = {null};
        Thread other = Thread.ofVirtual().start(() -> {
            try {
                lock.unlock();
            } catch (AssertionError e) {
                thrown[0] = e;
            }
        });
        other.join();
        assertThat(thrown[0]).isInstanceOf(AssertionError.class);
        assertThat(lock.isHeldByCurrentThread()).isTrue();
        lock.unlock();
    }
}
