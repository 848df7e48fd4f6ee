package io.github.ppool.spring.boot.observation;

import org.jspecify.annotations.Nullable;

/**
 * Whether the observation of an attempt has made a timer of it, so that metrics need not. Belongs to the worker's thread, on
 * which an attempt ends and is then told to listeners. Knows no class of Micrometer: any of them may be missing.
 */
public final class TimedAttempts {

    private static final ThreadLocal<@Nullable Boolean> LAST = new ThreadLocal<>();

    private TimedAttempts() {}

    /**
     * An attempt is about to end.
     *
     * @param timed whether a timer was made of it
     */
    static void ends(boolean timed) {
        if (timed != isLastTimed()) {
            LAST.set(timed);
        }
    }

    /**
     * Whether a timer was made of the last attempt of a task on the calling thread.
     *
     * @return false also if none was observed
     */
    public static boolean isLastTimed() {
        return Boolean.TRUE.equals(LAST.get());
    }
}
