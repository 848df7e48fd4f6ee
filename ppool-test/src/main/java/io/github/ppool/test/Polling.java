package io.github.ppool.test;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a state that has no event. */
final class Polling {

    private static final long PAUSE_NANOS = 500_000;

    private Polling() {}

    /** Asks again and again, by the real clock. Zero asks once. */
    static boolean within(Duration patience, BooleanSupplier condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }

    static void until(BooleanSupplier condition, Duration patience, Supplier<String> what) {
        if (!within(patience, condition)) {
            throw new AssertionError("waited in vain, for " + patience + ", for " + what.get());
        }
    }
}
