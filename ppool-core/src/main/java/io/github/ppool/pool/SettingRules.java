package io.github.ppool.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The rules that several settings share. A broken rule is told with the setting's name, the rule and the value. */
final class SettingRules {

    private SettingRules() {}

    static void requireAtLeast(String setting, int least, int value) {
        if (value < least) {
            throw new IllegalArgumentException(setting
                    + (least == 0 ? " must not be negative, got: " : " must be at least " + least + ", got: ")
                    + value);
        }
    }

    static void requireNotNegative(String setting, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(setting + " must not be negative, got: " + value);
        }
    }

    /** Null passes: the settings that use this rule are off then, or refuse null themselves. */
    static void requirePositive(String setting, @Nullable Duration value) {
        if (value != null && (value.isNegative() || value.isZero())) {
            throw new IllegalArgumentException(setting + " must be positive, got: " + value);
        }
    }
}
