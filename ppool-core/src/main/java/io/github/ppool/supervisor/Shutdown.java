package io.github.ppool.supervisor;

import java.time.Duration;

/**
 * How a child is stopped. Stands for {@code shutdown} of OTP's child specifications and {@code terminate_timeout} of
 * director's.
 */
public sealed interface Shutdown {

    /** What a worker gets unless told otherwise: OTP's 5 seconds. */
    Shutdown WORKER_DEFAULT = after(Duration.ofSeconds(5));

    /**
     * The child is told {@code shutdown} and has that time to end, then it is killed.
     *
     * @param time zero kills it right after it has been told; cut to 292 years
     * @return the way to stop
     * @throws IllegalArgumentException if the time is negative
     */
    static Shutdown after(Duration time) {
        return new After(time);
    }

    /**
     * The child is told {@code shutdown} and has all the time it needs: what a supervisor gets unless told otherwise.
     *
     * @return the way to stop
     */
    static Shutdown infinity() {
        return Infinity.INSTANCE;
    }

    /**
     * The child is killed without being told.
     *
     * @return the way to stop
     */
    static Shutdown brutalKill() {
        return BrutalKill.INSTANCE;
    }

    /**
     * This time on top of another, as {@code append} of director combines them: infinity of the child wins, infinity of
     * the default counts as nothing.
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
     * Told, then killed.
     *
     * @param time how long it has; cut to 292 years
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

    /** Told, never killed. */
    enum Infinity implements Shutdown {
        /** The one instance. */
        INSTANCE;

        @Override
        public String toString() {
            return "infinity";
        }
    }

    /** Killed. */
    enum BrutalKill implements Shutdown {
        /** The one instance. */
        INSTANCE;

        @Override
        public String toString() {
            return "brutal_kill";
        }
    }
}
