package io.github.ppool.soak;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for states by looking at them again and again. */
final class Patience {

    private static final long LOOK_EVERY_MILLIS = 2;

    private Patience() {}

    /** Whether it became so within the time. */
    static boolean await(Duration atMost, BooleanSupplier isSo) throws InterruptedException {
        long begin = System.nanoTime();
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() - begin > atMost.toNanos()) {
                return false;
            }
            Thread.sleep(LOOK_EVERY_MILLIS); // between two looks
        }
        return true;
    }
}
