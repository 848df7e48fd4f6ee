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
    /** The longest pause of a machine that has a processor for each thread that can run. */
    private static final long PROMPT_NANOS = PAUSE_NANOS + PAUSE_NANOS / 2;
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
        long own = 0;
        while (!reached.getAsBoolean()) {
            long all = System.nanoTime() - from;
            if (own > promised.toNanos() || all > promised.plus(HANG).toNanos()) {
                throw new AssertionError("not so within " + promised + ": the library has had " + Duration.ofNanos(own)
                        + " of " + Duration.ofNanos(all));
            }
            long pause = pause();
            own += pause <= PROMPT_NANOS ? pause : 0;
        }
    }

    private static long pause() {
        long before = System.nanoTime();
        LockSupport.parkNanos(PAUSE_NANOS); // between two looks at a state that is awaited
        if (Thread.interrupted()) {
            throw new AssertionError("interrupted between two looks");
        }
        return System.nanoTime() - before;
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
     * other threads have had that time, too. On a machine that is always busy, ten times as long will do.
     *
     * @param time the time without a break
     * @param still asked again and again
     * @throws AssertionError if there is no such time within a minute and a half
     */
    public static void during(Duration time, BooleanSupplier still) {
        long from = System.nanoTime();
        long own = 0;
        long all = 0;
        while (own < time.toNanos() && all < 10 * time.toNanos()) {
            if (System.nanoTime() - from > HANG.toNanos()) {
                throw new AssertionError("not so for " + time + " without a break, within " + HANG);
            }
            long pause = pause();
            if (still.getAsBoolean()) {
                own += pause <= PROMPT_NANOS ? pause : 0;
                all += pause;
            } else {
                own = 0;
                all = 0;
            }
        }
    }
}
