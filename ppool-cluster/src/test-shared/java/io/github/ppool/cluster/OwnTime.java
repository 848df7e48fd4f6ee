package io.github.ppool.cluster;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Holds the library to a time that it promises, on any machine. A busy machine lets threads wait that could run. The
 * thread that waits for the promised state measures that: it asks for short pauses, and the excess of a pause is the
 * machine's time. The rest is the library's own.
 */
public final class OwnTime {

    private static final long PAUSE_NANOS = Duration.ofMillis(5).toNanos();
    /** A machine that takes all the time ends the test, too. */
    private static final Duration HANG = Duration.ofSeconds(90);

    private OwnTime() {}

    /**
     * Waits until a condition holds.
     *
     * @param promised the library's own time, after which the state must be reached
     * @param reached asked again and again; a first time at once
     * @throws AssertionError if it is not so after that time
     */
    public static void within(Duration promised, BooleanSupplier reached) {
        long from = System.nanoTime();
        long taken = 0;
        while (!reached.getAsBoolean()) {
            long all = System.nanoTime() - from;
            if (all - taken > promised.toNanos() || all > promised.plus(HANG).toNanos()) {
                throw new AssertionError("not so within " + promised + ", but for " + Duration.ofNanos(taken)
                        + " that the machine has taken of " + Duration.ofNanos(all));
            }
            long before = System.nanoTime();
            LockSupport.parkNanos(PAUSE_NANOS); // between two looks at a state that is awaited
            taken += Math.max(0, System.nanoTime() - before - PAUSE_NANOS);
            if (Thread.interrupted()) {
                throw new AssertionError("interrupted between two looks");
            }
        }
    }

    /**
     * Waits until an assertion holds.
     *
     * @param promised the library's own time, after which the assertion must hold
     * @param assertion asked again and again; its last failure is the cause of this method's
     * @throws AssertionError if it does not hold after that time
     */
    public static void withinAsserted(Duration promised, Runnable assertion) {
        AssertionError[] last = new AssertionError[1];
        try {
            within(promised, () -> {
                try {
                    assertion.run();
                    return true;
                } catch (AssertionError notYet) {
                    last[0] = notYet;
                    return false;
                }
            });
        } catch (AssertionError never) {
            never.addSuppressed(last[0]);
            throw never;
        }
    }

    /**
     * Waits until a condition has held for a time, in which the machine has kept no thread waiting: only then its
     * other threads have had that time, too.
     *
     * @param time the time without a break
     * @param still asked again and again
     * @throws AssertionError if there is no such time within a minute and a half
     */
    public static void during(Duration time, BooleanSupplier still) {
        long from = System.nanoTime();
        long quiet = 0;
        while (quiet < time.toNanos()) {
            if (System.nanoTime() - from > HANG.toNanos()) {
                throw new AssertionError("not so for " + time + " without a break, within " + HANG);
            }
            long before = System.nanoTime();
            LockSupport.parkNanos(PAUSE_NANOS); // between two looks at a state that is awaited
            boolean late = System.nanoTime() - before > 2 * PAUSE_NANOS;
            quiet = still.getAsBoolean() && !late ? quiet + PAUSE_NANOS : 0;
            if (Thread.interrupted()) {
                throw new AssertionError("interrupted between two looks");
            }
        }
    }
}
