package io.github.ppool.spring.boot.settings;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A group of settings. It equals another group of its class if all their values are equal. */
abstract class SettingsGroup {

    /** Adds the values of all settings of the group, those of its superclasses first, in a fixed order. */
    abstract void addTo(List<@Nullable Object> values);

    private List<@Nullable Object> values() {
        List<@Nullable Object> values = new ArrayList<>();
        addTo(values);
        return values;
    }

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
