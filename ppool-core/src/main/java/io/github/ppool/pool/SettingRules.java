package io.github.ppool.pool;

import io.github.ppool.guard.ForeignText;
import io.github.ppool.restart.PlanElement;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.Locale;
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

    /** Null passes: there is no plan then. */
    static void requireNoWait(String setting, @Nullable RestartPolicy value) {
        if (value == null) {
            return;
        }
        boolean waits = waits(value.plan());
        for (RestartPlan plan : value.plans().on().values()) {
            waits |= waits(plan);
        }
        if (waits) {
            throw new IllegalArgumentException(setting
                    + " must not contain wait: nobody could restart a task, got: " + ForeignText.of(value));
        }
    }

    private static boolean waits(RestartPlan plan) {
        return plan.elements().contains(PlanElement.WAIT);
    }

    /** A constant as it is written in YAML. */
    static String inYaml(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** Null passes: the settings that use this rule are off then, or refuse null themselves. */
    static void requirePositive(String setting, @Nullable Duration value) {
        if (value != null && (value.isNegative() || value.isZero())) {
            throw new IllegalArgumentException(setting + " must be positive, got: " + value);
        }
    }
}
