package io.github.ppool.supervisor;

import java.time.Duration;

/**
 * The way to stop a child, an immutable value. Stands for {@code shutdown} of OTP's child specifications and {@code
 * terminate_timeout} of director's.
 */
public sealed interface Shutdown {

    /** The default for workers: OTP's 5 seconds. */
    Shutdown WORKER_DEFAULT = after(Duration.ofSeconds(5));

    /**
     * Sends the child {@code shutdown}, waits up to a time for its end, then kills it.
     *
     * @param time the limit; zero kills the child right after the signal; cut to 292 years
     * @return the way to stop
     * @throws IllegalArgumentException if the time is negative
     */
    static Shutdown after(Duration time) {
        return new After(time);
    }

    /**
     * Sends the child {@code shutdown} and waits for its end without a limit: the default for supervisors.
     *
     * @return the way to stop
     */
    static Shutdown infinity() {
        return Infinity.INSTANCE;
    }

    /**
     * Kills the child without a {@code shutdown} before.
     *
     * @return the way to stop
     */
    static Shutdown brutalKill() {
        return BrutalKill.INSTANCE;
    }

    /**
     * Adds the time of a child to this one, as {@code append} of director does: infinity of the child wins, infinity of
     * the default has no effect.
     *
     * @param own the child's own
     * @return the sum
     */
    default Shutdown append(Shutdown own) {
        return this instanceof After(Duration mine) && own instanceof After(Duration theirs)
                ? after(mine.compareTo(After.LONGEST.minus(theirs)) > 0 ? After.LONGEST : mine.plus(theirs))
                : own instanceof BrutalKill && this instanceof After ? this : own;
    }

    /**
     * A signal, and a kill after a time.
     *
     * @param time the limit; cut to 292 years
     */
    record After(Duration time) implements Shutdown {

        private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

        /** Checks the time. */
        public After {
            if (time.isNegative()) {
                throw new IllegalArgumentException("shutdown time must not be negative, got: " + time);
            }
            if (time.compareTo(LONGEST) > 0) {
                time = LONGEST;
            }
        }

        @Override
        public String toString() {
            return time.toMillis() + "ms";
        }
    }

    /** A signal, and no kill. */
    enum Infinity implements Shutdown {
        /** The one instance. */
        INSTANCE;

        @Override
        public String toString() {
            return "infinity";
        }
    }

    /** A kill. */
    enum BrutalKill implements Shutdown {
        /** The one instance. */
        INSTANCE;

        @Override
        public String toString() {
            return "brutal_kill";
        }
    }
}
