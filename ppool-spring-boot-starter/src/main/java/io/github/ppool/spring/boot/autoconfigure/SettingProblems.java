package io.github.ppool.spring.boot.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.Environment;

/** Collects what is wrong with the settings, so that all of it is told at once. */
final class SettingProblems {

    private final Environment environment;
    private final List<SettingProblem> problems = new ArrayList<>();

    SettingProblems(Environment environment) {
        this.environment = environment;
    }

    /** Adds a problem with a property; its value and its origin are looked up. */
    void add(String property, String rule, String remedy) {
        add(property, text(property), rule, remedy);
    }

    /** Adds a problem with a value that is not to be found under the property's own name, such as an item of a list. */
    void add(String property, @Nullable String value, String rule, String remedy) {
        // The defaults are read once for each pool.
        if (problems.stream().noneMatch(known -> known.property().equals(property))) {
            ConfigurationProperty found = find(property);
            String origin = found == null || found.getOrigin() == null ? null : found.getOrigin().toString();
            problems.add(new SettingProblem(property, value, origin, rule, remedy));
        }
    }

    boolean isEmpty() {
        return problems.isEmpty();
    }

    /** Throws if anything was added. */
    void throwIfAny(@Nullable Throwable cause) {
        if (!problems.isEmpty()) {
            throw new InvalidPoolSettingsException(problems, cause);
        }
    }

    /** The text of a property as it was written, null if it is not set as one text. */
    @Nullable
    String text(String property) {
        ConfigurationProperty found = find(property);
        return found == null ? null : environment.resolvePlaceholders(String.valueOf(found.getValue()));
    }

    /** The rule in a message such as {@code size must not be negative, got: -1}; the value is shown beside it. */
    static String rule(IllegalArgumentException refused) {
        String message = Objects.requireNonNullElse(refused.getMessage(), refused.toString());
        int value = message.lastIndexOf(", got: ");
        return value < 0 ? message : message.substring(0, value);
    }

    private @Nullable ConfigurationProperty find(String property) {
        ConfigurationPropertyName name = ConfigurationPropertyName.adapt(property, '.');
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            ConfigurationProperty found = source.getConfigurationProperty(name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }
}
