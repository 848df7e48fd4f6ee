package io.github.ppool.spring.boot.settings;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A group of settings. It equals another group of its class if all their values are equal. */
abstract class SettingsGroup {

    /** The values of all settings of the group, in a fixed order. */
    abstract List<@Nullable Object> values();

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof SettingsGroup that
                && getClass() == that.getClass()
                && values().equals(that.values());
    }

    @Override
    public final int hashCode() {
        return values().hashCode();
    }
}
