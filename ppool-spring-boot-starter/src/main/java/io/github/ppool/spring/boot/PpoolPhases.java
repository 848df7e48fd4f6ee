package io.github.ppool.spring.boot;

import java.time.Duration;
import org.springframework.context.SmartLifecycle;

/**
 * The phases of Spring's life cycle in which ppool's parts start and stop: lower ones start earlier and stop later. For
 * a {@link SmartLifecycle} of the application that has to be there before the pools, or be gone before they stop.
 *
 * <p>The web server accepts requests and stops in {@code DEFAULT_PHASE - 2048}; its graceful shutdown comes before
 * that.
 */
public final class PpoolPhases {

    /** The pools. */
    public static final int POOLS = SmartLifecycle.DEFAULT_PHASE - 2048 - 1024;

    /** The supervision trees, which may use the pools and may be used by the web server's requests. */
    public static final int TREES = POOLS + 512;

    /**
     * As good as for ever, and far from what a {@code long} can hold in nanoseconds: so sums of such times are right.
     */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private PpoolPhases() {}

    /**
     * How much of the time of a shutdown phase a part of ppool uses. A tenth is left to Spring, so that what needs all
     * its time does not end after its phase.
     *
     * @param phase any time
     * @return nine tenths of it, cut to ninety years
     */
    public static Duration usable(Duration phase) {
        return limited(phase).multipliedBy(9).dividedBy(10);
    }

    /**
     * A time that can be added up and counted in nanoseconds.
     *
     * @param time any
     * @return the same, cut to a hundred years, before zero or behind it
     */
    public static Duration limited(Duration time) {
        if (time.isNegative()) {
            return time.compareTo(LONGEST.negated()) < 0 ? LONGEST.negated() : time;
        }
        return time.compareTo(LONGEST) > 0 ? LONGEST : time;
    }
}
