package io.github.ppool.spring.boot.autoconfigure;

import io.github.ppool.guard.GuardedLog;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.Environment;

/** Collects what is wrong with the settings, so that all of it is told at once, and what is odd about them. */
final class SettingProblems {

    private static final GuardedLog logger = GuardedLog.of(SettingProblems.class);

    private final Environment environment;
    private final List<SettingProblem> problems = new ArrayList<>();
    private final Set<SettingProblem> warnings = new LinkedHashSet<>();

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
            problems.add(new SettingProblem(property, value, origin(property), rule, remedy));
        }
    }

    /** Adds something that is odd about a value and works nevertheless. The same is kept once only. */
    void warn(String property, String value, String what) {
        String origin = origin(property);
        // A list has no origin, its first item has.
        warnings.add(new SettingProblem(
                property, value, origin != null ? origin : origin(property + "[0]"), what, ""));
    }

    /** Logs what is odd, each thing once. */
    void logWarnings() {
        for (SettingProblem warning : warnings) {
            String origin = warning.origin() == null ? "" : " (" + warning.origin() + ")";
            logger.warn("{} is \"{}\"{}: {}", warning.property(), warning.value(), origin, warning.rule());
        }
    }

    private @Nullable String origin(String property) {
        ConfigurationProperty found = find(property);
        return found == null || found.getOrigin() == null ? null : found.getOrigin().toString();
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
