package io.github.ppool.spring.boot.settings;

import io.github.ppool.guard.GuardedLog;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;

/** Collects all problems of the settings, so that they are reported together, and warnings. */
public final class SettingProblems {

    private static final GuardedLog logger = GuardedLog.of(SettingProblems.class);

    private final Iterable<ConfigurationPropertySource> sources;
    /** The placeholders of the settings; null at run time, when none is resolved. */
    private final @Nullable BoundPlaceholders placeholders;
    private final @Nullable RunTimeSettings given;
    private final List<SettingProblem> problems = new ArrayList<>();
    /** The properties that have a problem. */
    private final Set<String> told = new HashSet<>();
    private final Set<SettingProblem> warnings = new LinkedHashSet<>();

    /**
     * Collects problems of the application's settings.
     *
     * @param environment the settings, to look up values and origins
     */
    public SettingProblems(Environment environment) {
        this.sources = ConfigurationPropertySources.get(environment);
        this.placeholders = new BoundPlaceholders(environment, sources);
        this.given = null;
    }

    /**
     * Collects problems of settings that are given at run time. Values that were not given are not looked up.
     *
     * @param given the settings of the request
     */
    public SettingProblems(RunTimeSettings given) {
        this.sources = given.sources();
        this.placeholders = null;
        this.given = given;
    }

    /**
     * Adds a problem of a property. The value, as it is written, and the origin are looked up.
     *
     * @param property the name of the property
     * @param rule the rule that the value breaks
     * @param remedy the advice to the user
     */
    public void add(String property, String rule, String remedy) {
        String value = given == null ? written(property) : given.givenText(nameOf(property));
        add(property, value, rule, remedy);
    }

    /** Adds an unknown setting. Its value is not shown, because it may be a password in the wrong place. */
    void addUnknown(String property, String rule, String remedy) {
        add(property, given == null ? null : given.givenText(nameOf(property)), rule, remedy);
    }

    /**
     * Adds a problem of a value that has no property of its own name, such as an item of a list.
     *
     * @param property the name of the property
     * @param value the value, null if there is none
     * @param rule the rule that the value breaks
     * @param remedy the advice to the user
     */
    public void add(String property, @Nullable String value, String rule, String remedy) {
        // The defaults are read once for each pool, and a list may have thousands of invalid items.
        if (told.add(property)) {
            String shown = hasPlaceholder(property) ? written(property) : value;
            problems.add(masked(new SettingProblem(property, shown, origin(property), rule, remedy)));
        }
    }

    private SettingProblem masked(SettingProblem problem) {
        return placeholders == null ? problem : problem.mapped(placeholders.mask(nameOf(problem.property())));
    }

    /** Whether the value of a property comes from another source, wholly or partly. */
    boolean hasPlaceholder(String property) {
        ConfigurationPropertyName name = nameOf(property);
        ConfigurationProperty found = find(property);
        if (found == null && name.isLastElementIndexed()) {
            found = find(name.getParent().toString());
        }
        return placeholders != null && found != null && String.valueOf(found.getValue()).contains("${");
    }

    /**
     * Adds a warning about a value that has an effect. The same warning is kept once.
     *
     * @param property the name of the property
     * @param value the value
     * @param what the text of the warning
     */
    public void warn(String property, String value, String what) {
        String origin = origin(property);
        // A list has no origin, but its first item has one.
        SettingProblem warning = new SettingProblem(
                property, value, origin != null ? origin : origin(property + "[0]"), what, "");
        warnings.add((given == null ? masked(warning) : warning.mapped(given.mask())).readable());
    }

    /** Logs the warnings, each once. */
    public void logWarnings() {
        for (SettingProblem warning : warnings) {
            String origin = warning.origin() == null ? "" : " (" + warning.origin() + ")";
            logger.warn("{} is \"{}\"{}: {}", warning.property(), warning.value(), origin, warning.rule());
        }
    }

    /** The origin of a property, or of the first one below it. */
    private @Nullable String origin(String property) {
        ConfigurationProperty found = find(property);
        if (found == null) {
            found = firstBelow(nameOf(property));
        }
        return found == null || found.getOrigin() == null ? null : found.getOrigin().toString();
    }

    private @Nullable ConfigurationProperty firstBelow(ConfigurationPropertyName name) {
        for (ConfigurationPropertySource source : sources) {
            if (source instanceof IterableConfigurationPropertySource iterable) {
                Optional<ConfigurationPropertyName> first = iterable.stream().filter(name::isAncestorOf).findFirst();
                if (first.isPresent()) {
                    return iterable.getConfigurationProperty(first.get());
                }
            }
        }
        return null;
    }

    boolean isEmpty() {
        return problems.isEmpty();
    }

    /**
     * Throws an exception if a problem was added.
     *
     * @param cause the cause of the exception, if there is one
     * @throws InvalidPoolSettingsException if there is a problem
     */
    public void throwIfAny(@Nullable Throwable cause) {
        if (!problems.isEmpty()) {
            throw exception(cause);
        }
    }

    /**
     * The exception for all problems that were added.
     *
     * @param cause the cause of the exception, if there is one
     * @return a new exception
     */
    public InvalidPoolSettingsException exception(@Nullable Throwable cause) {
        return new InvalidPoolSettingsException(problems, cause);
    }

    /** The text of a property with the values of its placeholders; null if it is not set as one text. */
    @Nullable
    String text(String property) {
        String written = written(property);
        return written == null || placeholders == null ? written : placeholders.resolve(written);
    }

    private @Nullable String written(String property) {
        ConfigurationProperty found = find(property);
        return found == null ? null : String.valueOf(found.getValue());
    }

    /** The rule in a message such as {@code size must not be negative, got: -1}. The value is shown beside it. */
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
                // A list, item by item, replaces one text of a later source.
                return null;
            }
        }
        return null;
    }

    private static ConfigurationPropertyName nameOf(String property) {
        return ConfigurationPropertyName.adapt(property, '.');
    }
}
