package io.github.ppool.spring.boot.beans;

import io.github.ppool.guard.GuardedLog;
import io.github.ppool.spring.boot.settings.PoolNames;
import io.github.ppool.spring.boot.settings.PoolProperties;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The pools of the contexts above. A context inherits the settings of its parent, and would create all pools of the
 * parent again. Instead it uses those pools.
 */
final class InheritedPools {

    private static final GuardedLog logger = GuardedLog.of(InheritedPools.class);

    /** The settings of the inherited pools, by their uniform names; null for a pool that is declared as a bean. */
    private final Map<String, @Nullable PoolProperties> settings = new LinkedHashMap<>();
    private final Set<String> names = new LinkedHashSet<>();
    private final Set<String> groups = new LinkedHashSet<>();
    /** The pools of beans that have settings, by their uniform names. */
    private final Set<String> named = new LinkedHashSet<>();

    /**
     * Adds the pool of a bean, unless a nearer context has one of the name. The settings are null for a pool that is
     * declared as a bean.
     */
    void add(String bean, @Nullable PoolProperties settingsThere) {
        names.add(bean);
        settings.putIfAbsent(PoolNames.uniform(bean), settingsThere);
    }

    /** Adds the groups of a context above. */
    void addGroups(Set<String> there) {
        groups.addAll(there);
    }

    /** The names of the inherited groups. */
    Set<String> groups() {
        return groups;
    }

    /** Adds the pools of beans that the settings of a context above name. */
    void addSettingsOf(Collection<String> pools) {
        pools.forEach(pool -> named.add(PoolNames.uniform(pool)));
    }

    /** Whether a context above has taken these settings for the pool of a bean. */
    boolean hasSettingsOf(String pool) {
        return named.contains(PoolNames.uniform(pool));
    }

    /** The names of the inherited pools' beans. */
    Set<String> names() {
        return names;
    }

    /** Whether a pool of the settings is inherited, in any spelling of its name. */
    boolean contain(String name) {
        return settings.containsKey(PoolNames.uniform(name));
    }

    /** Warns if the settings of an inherited pool differ from those in the context above. */
    void warnIfDifferent(String name, PoolProperties here) {
        PoolProperties there = settings.get(PoolNames.uniform(name));
        if (there != null && !there.equals(here)) {
            logger.warn("the pool '{}' is that of the context above, with the settings that {} has there; what this"
                    + " context says of it otherwise has no effect", name, PoolNames.property(name));
        }
    }
}
