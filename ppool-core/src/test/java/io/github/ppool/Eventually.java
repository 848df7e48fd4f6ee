package io.github.ppool;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits until a condition holds, with more patience than a busy machine needs. */
public final class Eventually {

    private static final Duration PATIENCE = Duration.ofSeconds(50);

    private Eventually() {}

    /**
     * Returns as soon as a state is reached.
     *
     * @param what describes the state as it is, for the case that it is never reached
     * @param reached asked again and again
     */
    public static void so(Supplier<?> what, BooleanSupplier reached) {
        long patience = System.nanoTime() + PATIENCE.toNanos();
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() - patience > 0) {
                throw new AssertionError("not reached within " + PATIENCE + ": " + what.get());
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(1); // between two looks at a state that is awaited
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted between two looks", e);
        }
    }
}
