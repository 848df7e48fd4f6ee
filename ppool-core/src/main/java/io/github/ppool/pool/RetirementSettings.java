package io.github.ppool.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a sound worker is replaced.
 *
 * @param maxLifetime the age at which a worker is replaced, null for never
 * @param lifetimeJitter the largest part of that age by which a worker's life is shortened at random, 0 to 1
 * @param maxUses the number of leases and tasks after which a worker is replaced, 0 for never
 * @param maxIdle the idle time after which a worker is replaced, null for never
 */
record RetirementSettings(
        @Nullable Duration maxLifetime, double lifetimeJitter, int maxUses, @Nullable Duration maxIdle) {

    static final RetirementSettings DEFAULTS = new RetirementSettings(null, 0.1, 0, null);

    RetirementSettings {
        SettingRules.requirePositive("max-lifetime", maxLifetime);
        if (!(lifetimeJitter >= 0 && lifetimeJitter <= 1)) { // refuses NaN
            throw new IllegalArgumentException("lifetime-jitter must be from 0 to 1, got: " + lifetimeJitter);
        }
        SettingRules.requireAtLeast("max-uses", 0, maxUses);
        SettingRules.requirePositive("max-idle", maxIdle);
    }

    RetirementSettings withMaxLifetime(@Nullable Duration value) {
        return new RetirementSettings(value, lifetimeJitter, maxUses, maxIdle);
    }

    RetirementSettings withLifetimeJitter(double value) {
        return new RetirementSettings(maxLifetime, value, maxUses, maxIdle);
    }

    RetirementSettings withMaxUses(int value) {
        return new RetirementSettings(maxLifetime, lifetimeJitter, value, maxIdle);
    }

    RetirementSettings withMaxIdle(@Nullable Duration value) {
        return new RetirementSettings(maxLifetime, lifetimeJitter, maxUses, value);
    }
}
