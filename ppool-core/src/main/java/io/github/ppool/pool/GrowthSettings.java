package io.github.ppool.pool;

import java.time.Duration;

/**
 * How a pool makes workers before callers ask for them.
 *
 * @param minIdle the number of workers to be idle beyond those in use
 * @param warmUp the time over which the first workers are begun, zero for at once
 */
record GrowthSettings(int minIdle, Duration warmUp) {

    static final GrowthSettings DEFAULTS = new GrowthSettings(0, Duration.ZERO);

    GrowthSettings {
        SettingRules.requireAtLeast("min-idle", 0, minIdle);
        SettingRules.requireNotNegative("warm-up", warmUp);
    }

    GrowthSettings withMinIdle(int value) {
        return new GrowthSettings(value, warmUp);
    }

    GrowthSettings withWarmUp(Duration value) {
        return new GrowthSettings(minIdle, value);
    }

    /** Checks the settings that depend on the number of workers and on the start of the pool. */
    void requireRoom(SizeSettings sizes, CreationSettings creations) {
        if (minIdle > sizes.size() + sizes.maxOverflow()) {
            throw new IllegalArgumentException("min-idle must be at most size + max-overflow, got: " + minIdle + " > "
                    + sizes.size() + " + " + sizes.maxOverflow());
        }
        if (creations.failFast() && !creations.awaitReady().isZero()
                && creations.awaitReady().compareTo(warmUp) < 0) {
            throw new IllegalArgumentException("await-ready must be at least warm-up with fail-fast, or each start"
                    + " fails, got: " + creations.awaitReady() + " < " + warmUp);
        }
    }
}
