package io.github.ppool.spring.boot.settings;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;

/**
 * The placeholders in settings. Their values come from other sources and may be secrets, so a message shows the
 * placeholder instead of its value.
 */
final class BoundPlaceholders {

    /** The shortest value that is masked. A shorter value is no secret, and occurs in any text. */
    private static final int SHORTEST = 3;
    private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("ppool");
    /**
     * The largest number of placeholders. Spring's time grows with the square of their number, and its stack with their
     * depth.
     */
    private static final int MOST = 100;

    private final Iterable<ConfigurationPropertySource> sources;
    private final Environment environment;

    BoundPlaceholders(Environment environment, Iterable<ConfigurationPropertySource> sources) {
        this.sources = sources;
        this.environment = environment;
    }

    /** A class of its own, so that the pattern is compiled for wrong settings only. */
    private static final class Innermost {
        /** A placeholder without another one within it, with or without a default. */
        private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{[^${}]+}");
    }

    /** Whether a text has more placeholders than Spring can resolve in an acceptable time. */
    static boolean areTooMany(@Nullable Object text) {
        int count = 0;
        if (text instanceof CharSequence characters) {
            String whole = characters.toString();
            for (int at = whole.indexOf("${"); at >= 0 && count <= MOST; at = whole.indexOf("${", at + 2)) {
                count++;
            }
        }
        return count > MOST;
    }

    /**
     * The text with the values of its placeholders. The text stays unchanged if they form a circle or are nested too
     * deep.
     */
    String resolve(String text) {
        try {
            return areTooMany(text) ? text : environment.resolvePlaceholders(text);
        } catch (IllegalArgumentException | StackOverflowError unresolvable) {
            return text;
        }
    }

    /**
     * An operator that replaces the values of the placeholders of a setting, and of all settings below it, by the
     * placeholders.
     */
    UnaryOperator<String> mask(ConfigurationPropertyName setting) {
        // A name that no source has can't be taken apart. All placeholders are masked then.
        Map<String, String> own = placeholders(name -> concerns(name, setting));
        Map<String, String> placeholders = own.isEmpty() && !isSet(setting) ? placeholders(ROOT::isAncestorOf) : own;
        List<String> values = placeholders.keySet().stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
        return text -> {
            String masked = text;
            for (String value : values) {
                masked = masked.replace(value, placeholders.get(value));
            }
            return masked;
        };
    }

    private boolean isSet(ConfigurationPropertyName setting) {
        for (ConfigurationPropertySource source : sources) {
            if (source.getConfigurationProperty(setting) != null) {
                return true;
            }
        }
        return false;
    }

    private Map<String, String> placeholders(Predicate<ConfigurationPropertyName> which) {
        Map<String, String> placeholders = new LinkedHashMap<>();
        for (ConfigurationPropertySource source : sources) {
            if (source instanceof IterableConfigurationPropertySource iterable) {
                iterable.stream().filter(which).forEach(name -> {
                    ConfigurationProperty property = iterable.getConfigurationProperty(name);
                    if (property != null && property.getValue() instanceof CharSequence text) {
                        collect(text.toString(), placeholders);
                    }
                });
            }
        }
        return placeholders;
    }

    private static boolean concerns(ConfigurationPropertyName name, ConfigurationPropertyName setting) {
        return setting.equals(name) || setting.isAncestorOf(name)
                || (setting.isLastElementIndexed() && setting.getParent().equals(name));
    }

    private void collect(String text, Map<String, String> placeholders) {
        if (!text.contains("${")) {
            return;
        }
        put(resolve(text), text, placeholders);
        Matcher innermost = Innermost.PLACEHOLDER.matcher(text);
        while (innermost.find()) {
            put(resolve(innermost.group()), innermost.group(), placeholders);
        }
    }

    private static void put(@Nullable String value, String placeholder, Map<String, String> placeholders) {
        if (value != null && value.length() >= SHORTEST && !value.equals(placeholder)) {
            placeholders.putIfAbsent(value, placeholder);
        }
    }
}
