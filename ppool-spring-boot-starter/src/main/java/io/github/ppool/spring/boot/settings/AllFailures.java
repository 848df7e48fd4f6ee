package io.github.ppool.spring.boot.settings;

import io.github.ppool.guard.CauseChain;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.BindMethod;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;

/**
 * Makes a binder continue after a value that can't be bound, as if the value were not set, and collects the failures.
 * It also collects unknown settings. Each binding has its own handler, for one thread.
 */
final class AllFailures extends NoUnboundElementsBindHandler {

    /**
     * A value that can't be bound.
     *
     * @param type the type of the setting
     * @param error the reason
     */
    record Failure(Class<?> type, Exception error) {}

    /**
     * Excludes environment variables from the check for unknown settings, because other programs may use the prefix
     * PPOOL.
     */
    private static final UnboundElementsSourceFilter CHECKED = new UnboundElementsSourceFilter();

    private final Map<ConfigurationPropertyName, Failure> failures = new LinkedHashMap<>();
    private final Set<ConfigurationPropertyName> unknown = new LinkedHashSet<>();
    private final Set<ConfigurationPropertyName> attempted = new HashSet<>();
    /** The lists with items that could not be bound. */
    private final List<ConfigurationPropertyName> lost = new ArrayList<>();
    private final Set<Exception> known = Collections.newSetFromMap(new IdentityHashMap<>());
    private @Nullable ConfigurationPropertyName current;
    private @Nullable Object bound;

    AllFailures() {
        super(BindHandler.DEFAULT, CHECKED);
    }

    /** The values that can't be bound, in the order of the settings. */
    Map<ConfigurationPropertyName, Failure> failures() {
        return failures;
    }

    /** The settings that don't exist. */
    Set<ConfigurationPropertyName> unknown() {
        return unknown;
    }

    /** The last object that was bound, even if the binder has not returned it. */
    @Nullable
    Object bound() {
        return bound;
    }

    /** The last setting that the binder visited. */
    @Nullable
    ConfigurationPropertyName current() {
        return current;
    }

    @Override
    public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
        current = name;
        attempted.add(name);
        Bindable<T> started = super.onStart(name, asBean(target), context);
        ConfigurationProperty property = find(name, context);
        if (property != null && BoundPlaceholders.areTooMany(property.getValue())) {
            failures.putIfAbsent(name, new Failure(target.getType().resolve(Object.class), new TooManyPlaceholders()));
            return null;
        }
        return started;
    }

    /** Groups of settings are beans with setters. Otherwise Spring Boot would first look for their constructors. */
    private static <T> Bindable<T> asBean(Bindable<T> target) {
        return SettingsGroup.class.isAssignableFrom(target.getType().resolve(Object.class))
                ? target.withBindMethod(BindMethod.JAVA_BEAN)
                : target;
    }

    private static @Nullable ConfigurationProperty find(ConfigurationPropertyName name, BindContext context) {
        for (ConfigurationPropertySource source : context.getSources()) {
            ConfigurationProperty property = source.getConfigurationProperty(name);
            if (property != null) {
                return property;
            }
        }
        return null;
    }

    /** Reports a value with so many placeholders that they are not resolved. */
    static final class TooManyPlaceholders extends Exception {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public @Nullable Object onFailure(
            ConfigurationPropertyName name, Bindable<?> target, BindContext context, Exception error)
            throws Exception {
        boolean isItem = isItem(name);
        if (!isItem && (isEmpty(name, context) || isVariableOfOthers(name, context))) {
            return null;
        }
        if (isKnown(error)) {
            // A list without one of its items would be another list.
            lost.add(name);
        } else if (error instanceof UnboundConfigurationPropertiesException unbound) {
            lost.add(name);
            unbound.getUnboundProperties().forEach(property -> unknown.add(property.getName()));
        } else {
            failures.putIfAbsent(name, new Failure(target.getType().resolve(Object.class), error));
        }
        if (isItem) {
            known.add(error);
            throw error;
        }
        return null;
    }

    private boolean isKnown(Exception error) {
        for (Throwable cause : CauseChain.of(error)) {
            if (cause instanceof Exception exception && known.contains(exception)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a name has no value and no names below it. In YAML, {@code restart:} alone on its line is an empty
     * text.
     */
    private static boolean isEmpty(ConfigurationPropertyName name, BindContext context) {
        ConfigurationProperty property = find(name, context);
        return property != null && property.getValue() instanceof CharSequence text && text.isEmpty();
    }

    /**
     * Whether a setting is the variable PPOOL itself, which has no name of a setting and belongs to another program.
     */
    private static boolean isVariableOfOthers(ConfigurationPropertyName name, BindContext context) {
        if (name.getNumberOfElements() > 1) {
            return false;
        }
        for (ConfigurationPropertySource source : context.getSources()) {
            if (source.getConfigurationProperty(name) != null) {
                return !CHECKED.apply(source);
            }
        }
        return false;
    }

    private static boolean isBlank(@Nullable Object value) {
        return value instanceof CharSequence text && text.toString().isBlank();
    }

    /** Treats an empty text as not set, unless it is an item of a list. */
    @Override
    public @Nullable Object onSuccess(
            ConfigurationPropertyName name, Bindable<?> target, BindContext context, Object result) {
        Object bound = super.onSuccess(name, target, context, result);
        return isBlank(bound) && !isItem(name) ? null : bound;
    }

    private static boolean isItem(ConfigurationPropertyName name) {
        return name.isNumericIndex(name.getNumberOfElements() - 1);
    }

    @Override
    public void onFinish(
            ConfigurationPropertyName name, Bindable<?> target, BindContext context, @Nullable Object result)
            throws Exception {
        if (context.getDepth() == 0) {
            bound = result;
        }
        try {
            super.onFinish(name, target, context, result);
        } catch (UnboundConfigurationPropertiesException unbound) {
            unbound.getUnboundProperties().forEach(this::addUnbound);
        }
    }

    private void addUnbound(ConfigurationProperty property) {
        ConfigurationPropertyName name = property.getName();
        if (attempted.contains(name)) {
            // A known, empty setting is not set. Otherwise settings below it have replaced it.
            String text = String.valueOf(property.getValue());
            if (!text.isBlank() && !text.contains("${") && !isTold(name)) {
                failures.put(name, new Failure(Map.class, new IllegalStateException("a value and settings below it")));
            }
        } else if (!isTold(name)) {
            unknown.add(name);
        }
    }

    /** Whether a failure of a setting above has been reported already. */
    private boolean isTold(ConfigurationPropertyName name) {
        return failures.containsKey(name)
                || failures.keySet().stream().anyMatch(failed -> failed.isAncestorOf(name))
                || lost.stream().anyMatch(list -> list.equals(name) || list.isAncestorOf(name));
    }
}
