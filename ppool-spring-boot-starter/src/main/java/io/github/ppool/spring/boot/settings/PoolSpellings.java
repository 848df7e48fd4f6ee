package io.github.ppool.spring.boot.settings;

import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Checks that the names of different pools, of different groups and of different beans can be distinguished. */
public final class PoolSpellings {

    /** What has settings below its name, and where. */
    private static final Map<String, ConfigurationPropertyName> NAMED = Map.of(
            "pool", ConfigurationPropertyName.of("ppool.pools"),
            "group", ConfigurationPropertyName.of("ppool.groups"),
            "bean", ConfigurationPropertyName.of("ppool.supervised"));

    private PoolSpellings() {}

    /**
     * Refuses two names in one source of settings that Spring Boot can't distinguish: each pool would have the settings
     * of both. The name of one pool may be spelled differently in two files. The same holds for groups and for
     * supervised beans.
     *
     * @param sources the sources of settings
     * @param problems gets the names
     */
    public static void check(Iterable<ConfigurationPropertySource> sources, SettingProblems problems) {
        for (ConfigurationPropertySource source : sources) {
            if (source instanceof IterableConfigurationPropertySource iterable
                    && !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource)) {
                NAMED.forEach((what, root) -> check(what, root, iterable, problems));
            }
        }
    }

    private static void check(String what, ConfigurationPropertyName root,
            IterableConfigurationPropertySource settings, SettingProblems problems) {
        Map<String, String> spelling = new LinkedHashMap<>();
        for (ConfigurationPropertyName setting : settings) {
            if (root.isAncestorOf(setting)) {
                String name = setting.getElement(root.getNumberOfElements(), Form.ORIGINAL);
                String first = spelling.putIfAbsent(PoolNames.uniform(name), name);
                if (first != null && !first.equals(name)) {
                    problems.add(root + "." + name, null, PoolNames.alike(name, first), "Write the name of a " + what
                            + " in one way, or give one of the " + what + "s another name.");
                }
            }
        }
    }
}
