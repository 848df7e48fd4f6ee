package io.github.ppool.spring.boot.settings;

import io.github.ppool.guard.GuardedLog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.core.env.Environment;

/**
 * Settings for one pool that a client gives while the application runs, on top of those of the application. The client
 * may be one that must not see the application's configuration:
 *
 * <ul>
 *   <li>The given settings are taken literally, and no placeholder in them is resolved.
 *   <li>The placeholders of the application's own settings don't see the given settings.
 *   <li>Problems are reported without any value that was not given.
 * </ul>
 */
public final class RunTimeSettings {

    private static final GuardedLog logger = GuardedLog.of(RunTimeSettings.class);

    /**
     * The largest number of reported problems; also limits each part of a problem. One value may be given a thousand
     * times.
     */
    private static final int MOST_PROBLEMS = 20;
    private static final int MOST_CHARACTERS = 300;

    private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("ppool");

    private final ConfigurationPropertySource given;
    private final List<ConfigurationPropertySource> ofApplication = new ArrayList<>();
    private final BoundPlaceholders placeholders;

    /**
     * The settings of a request.
     *
     * @param environment the settings of the application
     * @param pool the name of the pool
     * @param settings the settings, as they are given below the name of a pool
     */
    public RunTimeSettings(Environment environment, String pool, Map<String, ?> settings) {
        Map<String, Object> named = new LinkedHashMap<>();
        settings.forEach((key, value) -> named.put(PoolNames.property(pool) + "." + key, value));
        given = Objects.requireNonNull(ConfigurationPropertySource.from(
                new OriginTrackedMapPropertySource("settings of the pool", named, true)));
        Iterable<ConfigurationPropertySource> sources = ConfigurationPropertySources.get(environment);
        for (ConfigurationPropertySource source : sources) {
            ofApplication.add(ResolvedSource.of(source, environment));
        }
        placeholders = new BoundPlaceholders(environment, sources);
    }

    /** All sources, the more important ones first. No placeholder is left to be resolved. */
    List<ConfigurationPropertySource> sources() {
        List<ConfigurationPropertySource> sources = new ArrayList<>();
        sources.add(given);
        sources.addAll(ofApplication);
        return sources;
    }

    /** The text of a property as it was given; null if it was not given. */
    @Nullable
    String givenText(ConfigurationPropertyName name) {
        return text(List.of(given), name);
    }

    private static @Nullable String text(List<ConfigurationPropertySource> sources, ConfigurationPropertyName name) {
        for (ConfigurationPropertySource source : sources) {
            ConfigurationProperty found = source.getConfigurationProperty(name);
            if (found != null) {
                return String.valueOf(found.getValue());
            }
        }
        return null;
    }

    /**
     * For the log: replaces values of the application's settings by their placeholders. Not for an answer, which would
     * then disclose that a given text equals such a value.
     */
    UnaryOperator<String> mask() {
        return placeholders.mask(ROOT);
    }

    /**
     * The same problems, for readers of the log.
     *
     * @param invalid the exception of the check
     * @return an exception without values that the request did not have
     */
    public InvalidPoolSettingsException masked(InvalidPoolSettingsException invalid) {
        UnaryOperator<String> mask = mask();
        return new InvalidPoolSettingsException(
                invalid.problems().stream().map(problem -> problem.mapped(mask)).toList(), null);
    }

    /**
     * The problems as the client may see them. The log has the rest.
     *
     * @param problems the problems
     * @return a text for the answer
     */
    public String tell(List<SettingProblem> problems) {
        String told = problems.stream().limit(MOST_PROBLEMS).map(this::tell).collect(Collectors.joining("; "));
        int more = problems.size() - MOST_PROBLEMS;
        return more > 0 ? told + "; and " + more + " more" : told;
    }

    private String tell(SettingProblem problem) {
        ConfigurationPropertyName name = ConfigurationPropertyName.adapt(problem.property(), '.');
        String property = cut(problem.property());
        if (isGiven(name)) {
            String value = problem.value();
            return property + ": " + cut(problem.rule()) + (value == null ? "" : ", got: " + cut(value));
        }
        if (isOfApplication(name)) {
            String value = problem.value() != null ? problem.value() : text(ofApplication, name);
            SettingProblem logged = new SettingProblem(problem.property(), value, null, problem.rule(), "")
                    .mapped(mask())
                    .readable();
            logger.warn("a pool can't be started at run time: {}: {}, got: {}", logged.property(), logged.rule(),
                    logged.value());
            return property + ": what the application's own settings say here does not work with what is given;"
                    + " the application's log has the reason";
        }
        return property + ": " + cut(problem.rule());
    }

    private boolean isGiven(ConfigurationPropertyName name) {
        // An item of a list may be given in one text with the others.
        return says(given, name) || (name.isLastElementIndexed() && says(given, name.getParent()));
    }

    private boolean isOfApplication(ConfigurationPropertyName name) {
        int ofPool = 3; // ppool.pools.name
        ConfigurationPropertyName byDefault = name.getNumberOfElements() > ofPool
                ? ConfigurationPropertyName.of(PoolNames.DEFAULTS).append(name.subName(ofPool))
                : name;
        return ofApplication.stream().anyMatch(source -> says(source, name) || says(source, byDefault));
    }

    private static boolean says(ConfigurationPropertySource source, ConfigurationPropertyName name) {
        return source.getConfigurationProperty(name) != null
                || source.containsDescendantOf(name) == ConfigurationPropertyState.PRESENT;
    }

    private static String cut(String text) {
        return text.length() <= MOST_CHARACTERS
                ? text
                : text.substring(0, MOST_CHARACTERS) + "… (" + text.length() + " characters)";
    }
}
