package io.github.ppool.spring.boot.observe;

import io.github.ppool.guard.GuardedLog;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The last answer of a store that may be slow or silent. A snapshot waits for it only for a moment. All observers share
 * one question, and it is asked again when its answer is some seconds old.
 *
 * @param <T> the answer
 */
final class Asked<T> {

    /** An answer is used for so long. */
    static final Duration FRESH = Duration.ofSeconds(5);
    /** A snapshot waits for so long, unless a test sets another time. */
    static final Duration PATIENCE = Duration.ofMillis(200);

    private static final GuardedLog logger = GuardedLog.of(Asked.class);

    private final String whom;
    private final Duration patience;
    private final ReentrantLock lock = new ReentrantLock();
    // guarded by the lock
    private Answer<T> last = new Answer<>(null, false);
    private long answeredAtNanos;
    private @Nullable CountDownLatch pending;

    /**
     * An answer.
     *
     * @param value the last answer; null if there was none
     * @param silent true if the last question had no answer, or has none yet
     */
    record Answer<T>(@Nullable T value, boolean silent) {}

    Asked(String whom) {
        this(whom, PATIENCE);
    }

    Asked(String whom, Duration patience) {
        this.whom = whom;
        this.patience = patience;
        this.answeredAtNanos = System.nanoTime() - 2 * FRESH.toNanos();
    }

    /** Asks, unless there is a fresh answer or a question without an answer. Waits a moment for the answer. */
    Answer<T> ask(Supplier<T> question) {
        CountDownLatch wait;
        lock.lock();
        try {
            wait = pending;
            if (wait == null) {
                if (System.nanoTime() - answeredAtNanos < FRESH.toNanos()) {
                    return last;
                }
                CountDownLatch asking = new CountDownLatch(1);
                pending = asking;
                wait = asking;
                Thread.ofVirtual().inheritInheritableThreadLocals(false).name("ppool-observe")
                        .start(() -> answer(question, asking));
            }
        } finally {
            lock.unlock();
        }
        return await(wait);
    }

    private Answer<T> await(CountDownLatch wait) {
        boolean answered = false;
        try {
            answered = wait.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        lock.lock();
        try {
            return answered ? last : new Answer<>(last.value, true);
        } finally {
            lock.unlock();
        }
    }

    private void answer(Supplier<T> question, CountDownLatch asking) {
        T value = null;
        try {
            value = question.get();
        } catch (RuntimeException failed) { // its text may have an address or a password
            logger.warn("{} does not answer an observer", whom, failed);
        } finally {
            lock.lock();
            try {
                last = new Answer<>(value == null ? last.value : value, value == null);
                answeredAtNanos = System.nanoTime();
                pending = null;
            } finally {
                lock.unlock();
            }
            asking.countDown();
        }
    }
}
