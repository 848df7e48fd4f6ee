package io.github.ppool.spring.boot.settings;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Checks that the names of different pools can be distinguished. */
public final class PoolSpellings {

    private static final ConfigurationPropertyName POOLS = ConfigurationPropertyName.of("ppool.pools");

    private PoolSpellings() {}

    /**
     * Refuses two names in one source of settings that Spring Boot can't distinguish: each pool would have the settings
     * of both. The name of one pool may be spelled differently in two files.
     *
     * @param sources the sources of settings
     * @param problems gets the names
     */
    public static void check(Iterable<ConfigurationPropertySource> sources, SettingProblems problems) {
        for (ConfigurationPropertySource source : sources) {
            if (source instanceof IterableConfigurationPropertySource iterable
                    && !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource)) {
                Map<String, String> spelling = new LinkedHashMap<>();
                for (ConfigurationPropertyName setting : iterable) {
                    if (POOLS.isAncestorOf(setting)) {
                        String name = setting.getElement(POOLS.getNumberOfElements(), Form.ORIGINAL);
                        check(name, spelling.putIfAbsent(PoolNames.uniform(name), name), problems);
                    }
                }
            }
        }
    }

    private static void check(String name, @Nullable String first, SettingProblems problems) {
        if (first != null && !first.equals(name)) {
            problems.add(PoolNames.property(name), null, PoolNames.alike(name, first),
                    "Write the name of a pool in one way, or give one of the pools another name.");
        }
    }
}
