package io.github.ppool.pool;

import java.time.Duration;

/**
 * How many workers a pool has. The constructor checks each number alone; {@link #requireWorkers} checks the sum.
 *
 * @param size the number of workers that the pool keeps
 * @param maxOverflow the number of further workers while the pool needs them
 * @param overflowTtl the time that an idle worker beyond the size stays
 */
record SizeSettings(int size, int maxOverflow, Duration overflowTtl) {

    /** The sizes of poolboy. */
    static final SizeSettings DEFAULTS = new SizeSettings(5, 10, Duration.ZERO);

    SizeSettings {
        requireInRange("size", size);
        requireInRange("max-overflow", maxOverflow);
        SettingRules.requireNotNegative("overflow-ttl", overflowTtl);
    }

    SizeSettings withSize(int value) {
        return new SizeSettings(value, maxOverflow, overflowTtl);
    }

    SizeSettings withMaxOverflow(int value) {
        return new SizeSettings(size, value, overflowTtl);
    }

    SizeSettings withOverflowTtl(Duration value) {
        return new SizeSettings(size, maxOverflow, value);
    }

    /** Checks both numbers and their sum: the rule that a start and a resize share. */
    static void requireWorkers(int size, int maxOverflow) {
        requireInRange("size", size);
        requireInRange("max-overflow", maxOverflow);
        if (size + maxOverflow > PoolSpec.MOST_WORKERS) { // no overflow: each is at most MOST_WORKERS
            throw new IllegalArgumentException("size + max-overflow must be from 0 to " + PoolSpec.MOST_WORKERS
                    + ", got: " + size + " + " + maxOverflow);
        }
    }

    private static void requireInRange(String setting, int value) {
        SettingRules.requireAtLeast(setting, 0, value);
        if (value > PoolSpec.MOST_WORKERS) {
            throw new IllegalArgumentException(
                    setting + " must be at most " + PoolSpec.MOST_WORKERS + ", got: " + value);
        }
    }
}
