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
 * Settings that somebody gives for one pool while the application runs, over those of the application. Whoever gives
 * them need not be one who may see the application's configuration. So what is given is taken as it stands, and no
 * placeholder in it is ever resolved; the placeholders of the application's own settings see nothing of it; and
 * problems are told without any value that was not given.
 */
public final class RunTimeSettings {

    private static final GuardedLog logger = GuardedLog.of(RunTimeSettings.class);

    /**
     * So many problems are told, and so many characters of each part of one: one value may be given a thousand times.
     */
    private static final int MOST_PROBLEMS = 20;
    private static final int MOST_CHARACTERS = 300;

    private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("ppool");

    private final ConfigurationPropertySource given;
    private final List<ConfigurationPropertySource> ofApplication = new ArrayList<>();
    private final BoundPlaceholders placeholders;

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

    /** All sources, those first that count first; there is no placeholder left to be resolved. */
    List<ConfigurationPropertySource> sources() {
        List<ConfigurationPropertySource> sources = new ArrayList<>();
        sources.add(given);
        sources.addAll(ofApplication);
        return sources;
    }

    /** The text of a property as it was given, null if it was not. */
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
     * For the log: the placeholders of the application's settings in the place of their values. Not for an answer,
     * which would tell by that whether a text that was given is such a value.
     */
    UnaryOperator<String> mask() {
        return placeholders.mask(ROOT);
    }

    /** The same problems, for whoever may see the log. */
    public InvalidPoolSettingsException masked(InvalidPoolSettingsException invalid) {
        UnaryOperator<String> mask = mask();
        return new InvalidPoolSettingsException(
                invalid.problems().stream().map(problem -> problem.mapped(mask)).toList(), null);
    }

    /** What may be told of problems to whoever gave the settings. The log has what may not. */
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
                ? ConfigurationPropertyName.of(SpecReader.DEFAULTS).append(name.subName(ofPool))
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
