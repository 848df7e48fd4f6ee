package io.github.ppool.spring.boot.autoconfigure;

import io.github.ppool.guard.GuardedLog;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.core.env.Environment;

/** Collects what is wrong with the settings, so that all of it is told at once, and what is odd about them. */
final class SettingProblems {

    private static final GuardedLog logger = GuardedLog.of(SettingProblems.class);

    private final Iterable<ConfigurationPropertySource> sources;
    private final UnaryOperator<String> placeholders;
    private final @Nullable RunTimeSettings given;
    private final List<SettingProblem> problems = new ArrayList<>();
    private final Set<SettingProblem> warnings = new LinkedHashSet<>();

    SettingProblems(Environment environment) {
        this.sources = ConfigurationPropertySources.get(environment);
        this.placeholders = environment::resolvePlaceholders;
        this.given = null;
    }

    /** Problems of what is given at run time: a value that was not given is not looked up. */
    SettingProblems(RunTimeSettings given) {
        this.sources = given.sources();
        this.placeholders = UnaryOperator.identity();
        this.given = given;
    }

    /** Adds a problem with a property; its value and its origin are looked up. */
    void add(String property, String rule, String remedy) {
        String value = given == null ? text(property) : given.givenText(nameOf(property));
        add(property, value, rule, remedy);
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
        return found == null ? null : placeholders.apply(String.valueOf(found.getValue()));
    }

    /** The rule in a message such as {@code size must not be negative, got: -1}; the value is shown beside it. */
    static String rule(IllegalArgumentException refused) {
        String message = Objects.requireNonNullElse(refused.getMessage(), refused.toString());
        int value = message.lastIndexOf(", got: ");
        return value < 0 ? message : message.substring(0, value);
    }

    private @Nullable ConfigurationProperty find(String property) {
        ConfigurationPropertyName name = nameOf(property);
        for (ConfigurationPropertySource source : sources) {
            ConfigurationProperty found = source.getConfigurationProperty(name);
            if (found != null) {
                return found;
            }
            if (source.containsDescendantOf(name) == ConfigurationPropertyState.PRESENT) {
                // A list here, item by item, takes the place of one text in a source that comes later.
                return null;
            }
        }
        return null;
    }

    private static ConfigurationPropertyName nameOf(String property) {
        return ConfigurationPropertyName.adapt(property, '.');
    }
}
