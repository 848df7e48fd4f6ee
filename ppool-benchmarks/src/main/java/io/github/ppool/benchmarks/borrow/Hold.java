package io.github.ppool.benchmarks.borrow;

import java.util.concurrent.locks.LockSupport;

/** The work of a borrower while it has the object. */
enum Hold {
    /** Gives it back at once. */
    NOTHING,
    /** Lets other threads run once. */
    YIELD,
    /** Waits 50 microseconds without using the processor, as for a very fast answer over the network. */
    FIFTY_MICROSECONDS;

    private static final long NANOS = 50_000;

    void pass() {
        switch (this) {
            case NOTHING -> {
                return;
            }
            case YIELD -> Thread.yield();
            case FIFTY_MICROSECONDS -> {
                long end = System.nanoTime() + NANOS;
                for (long left = NANOS; left > 0; left = end - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
            }
        }
    }
}
