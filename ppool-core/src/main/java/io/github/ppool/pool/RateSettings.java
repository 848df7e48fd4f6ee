package io.github.ppool.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How many hand-outs begin within a time, and how long each of them may take before it is told.
 *
 * @param rate the rate of all hand-outs, null for none
 * @param sharedRate the rate that the pool shares with others, null for none
 * @param keyRate the rate of the tasks of each key, null for none
 * @param overrunAfter the time after which a borrower or a task is told, null for never
 */
record RateSettings(
        @Nullable Rate rate,
        @Nullable SharedRate sharedRate,
        @Nullable Rate keyRate,
        @Nullable Duration overrunAfter) {

    static final RateSettings DEFAULTS = new RateSettings(null, null, null, null);

    RateSettings {
        SettingRules.requirePositive("overrun-after", overrunAfter);
    }

    RateSettings withRate(@Nullable Rate value) {
        return new RateSettings(value, sharedRate, keyRate, overrunAfter);
    }

    RateSettings withSharedRate(@Nullable SharedRate value) {
        return new RateSettings(rate, value, keyRate, overrunAfter);
    }

    RateSettings withKeyRate(@Nullable Rate value) {
        return new RateSettings(rate, sharedRate, value, overrunAfter);
    }

    RateSettings withOverrunAfter(@Nullable Duration value) {
        return new RateSettings(rate, sharedRate, keyRate, value);
    }
}
