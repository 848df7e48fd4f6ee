package io.github.ppool.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When idle workers are checked and kept alive.
 *
 * @param onCheckout true if a worker is validated before each hand-out
 * @param afterIdle the idle time after which a worker is validated before its next hand-out, null for never
 * @param keepAlive the interval of keep-alive calls for an idle worker, null for none
 * @param timeout the time limit of a check, zero for none
 */
record ValidationSettings(
        boolean onCheckout, @Nullable Duration afterIdle, @Nullable Duration keepAlive, Duration timeout) {

    static final ValidationSettings DEFAULTS = new ValidationSettings(false, null, null, Duration.ofSeconds(5));

    ValidationSettings {
        SettingRules.requirePositive("validate-after-idle", afterIdle);
        SettingRules.requirePositive("keep-alive", keepAlive);
        SettingRules.requireNotNegative("validation-timeout", timeout);
    }

    ValidationSettings withOnCheckout(boolean value) {
        return new ValidationSettings(value, afterIdle, keepAlive, timeout);
    }

    ValidationSettings withAfterIdle(@Nullable Duration value) {
        return new ValidationSettings(onCheckout, value, keepAlive, timeout);
    }

    ValidationSettings withKeepAlive(@Nullable Duration value) {
        return new ValidationSettings(onCheckout, afterIdle, value, timeout);
    }

    ValidationSettings withTimeout(Duration value) {
        return new ValidationSettings(onCheckout, afterIdle, keepAlive, value);
    }
}
