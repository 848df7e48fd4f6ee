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
 * Placeholders in settings. What they stand for comes from elsewhere and may be a secret, so a message shows the
 * placeholder in the place of its value.
 */
final class BoundPlaceholders {

    /** Without another one within it, with or without a default. */
    private static final Pattern INNERMOST = Pattern.compile("\\$\\{[^${}]+}");
    /** Shorter values are no secrets, and are found in any text. */
    private static final int SHORTEST = 3;
    private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("ppool");
    /** Spring's time grows with the square of their number, and its stack with how deep they are in each other. */
    private static final int MOST = 100;

    private final Iterable<ConfigurationPropertySource> sources;
    private final UnaryOperator<String> resolver;

    BoundPlaceholders(Environment environment, Iterable<ConfigurationPropertySource> sources) {
        this.sources = sources;
        this.resolver = environment::resolvePlaceholders;
    }

    /** Whether a text has more placeholders than Spring resolves in a time that somebody would wait. */
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

    /** The text with the values of its placeholders, or as it is if they lead back to themselves or too deep. */
    String resolve(String text) {
        try {
            return areTooMany(text) ? text : resolver.apply(text);
        } catch (IllegalArgumentException | StackOverflowError unresolvable) {
            return text;
        }
    }

    /** Puts the placeholders of a setting, and of all below it, in the place of their values in texts about it. */
    UnaryOperator<String> mask(ConfigurationPropertyName setting) {
        // A name that is found nowhere is one that can't be taken apart: then all placeholders are put in.
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
        Matcher innermost = INNERMOST.matcher(text);
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
