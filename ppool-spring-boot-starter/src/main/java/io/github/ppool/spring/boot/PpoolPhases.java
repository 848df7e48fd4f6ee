package io.github.ppool.spring.boot;

import java.time.Duration;
import org.springframework.context.SmartLifecycle;

/**
 * The phases of Spring's lifecycle in which the parts of ppool start and stop. A lower phase starts earlier and stops
 * later. Use them for a {@link SmartLifecycle} that must start before the pools, or stop before them.
 *
 * <p>The web server starts and stops in {@code DEFAULT_PHASE - 2048}. Its graceful shutdown comes before that.
 */
public final class PpoolPhases {

    /** The phase of the pools. */
    public static final int POOLS = SmartLifecycle.DEFAULT_PHASE - 2048 - 1024;

    /** The phase of durable tasks, of the module ppool-durable. Their attempts run in the pools. */
    public static final int DURABLE = POOLS + 256;

    /** The phase of the supervision trees. They may use the pools, and requests of the web server may use the trees. */
    public static final int TREES = POOLS + 512;

    /**
     * As good as unlimited, and far below the nanoseconds that a {@code long} can hold, so that sums don't overflow.
     */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private PpoolPhases() {}

    /**
     * The part of a shutdown phase that a part of ppool may use. A tenth remains for Spring, so that a part that uses
     * all its time ends within the phase.
     *
     * @param phase the length of the phase; zero and negative lengths are allowed
     * @return nine tenths of it, at most ninety years
     */
    public static Duration usable(Duration phase) {
        return limited(phase).multipliedBy(9).dividedBy(10);
    }

    /**
     * Limits a duration so that it can be added up and counted in nanoseconds.
     *
     * @param time any duration
     * @return the duration, or plus or minus a hundred years if it is longer
     */
    public static Duration limited(Duration time) {
        if (time.isNegative()) {
            return time.compareTo(LONGEST.negated()) < 0 ? LONGEST.negated() : time;
        }
        return time.compareTo(LONGEST) > 0 ? LONGEST : time;
    }
}
