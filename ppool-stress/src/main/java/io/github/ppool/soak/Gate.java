package io.github.ppool.soak;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Lets the borrowers operate, or keeps them out until all is quiet. Any thread. */
final class Gate {

    private static final long LOOK_EVERY_MILLIS = 1;

    private final AtomicInteger inside = new AtomicInteger();
    private volatile boolean open = true;
    private volatile boolean goesOn = true;

    boolean isOpen() {
        return open;
    }

    /** False when the load is over. */
    boolean goesOn() {
        return goesOn;
    }

    void close() {
        open = false;
    }

    void open() {
        open = true;
    }

    /** Ends the load. */
    void end() {
        goesOn = false;
        open = false;
    }

    /** Waits until the gate is open. False when the load is over; after true the caller must {@link #leave}. */
    boolean enter() throws InterruptedException {
        while (goesOn) {
            inside.incrementAndGet();
            if (open) {
                return true;
            }
            inside.decrementAndGet();
            Thread.sleep(LOOK_EVERY_MILLIS); // between two looks
        }
        return false;
    }

    void leave() {
        inside.decrementAndGet();
    }

    /** After {@link #close} or {@link #end}: whether all have left within that time. */
    boolean awaitQuiet(Duration atMost) throws InterruptedException {
        return Patience.await(atMost, () -> inside.get() == 0);
    }
}
