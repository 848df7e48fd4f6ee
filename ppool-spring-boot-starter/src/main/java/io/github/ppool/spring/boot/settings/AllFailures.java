package io.github.ppool.spring.boot.settings;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;

/**
 * Has a binder go on where a value can't be bound, as if it were not set, and keeps what went wrong. Also keeps the
 * settings that there are not. One for each binding, on one thread.
 */
final class AllFailures extends NoUnboundElementsBindHandler {

    /** What can't be bound: the type that was to be had, and why. */
    record Failure(Class<?> type, Exception error) {}

    /** Environment variables may begin with PPOOL for reasons of their own: what is not known there is passed over. */
    private static final UnboundElementsSourceFilter CHECKED = new UnboundElementsSourceFilter();

    private final Map<ConfigurationPropertyName, Failure> failures = new LinkedHashMap<>();
    private final Set<ConfigurationPropertyName> unknown = new LinkedHashSet<>();
    private final Set<ConfigurationPropertyName> attempted = new HashSet<>();
    /** Lists whose items were not all bound. */
    private final List<ConfigurationPropertyName> lost = new ArrayList<>();
    private final Set<Exception> known = new HashSet<>();
    private @Nullable ConfigurationPropertyName current;
    private @Nullable Object bound;

    AllFailures() {
        super(BindHandler.DEFAULT, CHECKED);
    }

    /** What can't be bound, in the order of the settings. */
    Map<ConfigurationPropertyName, Failure> failures() {
        return failures;
    }

    /** Settings that there are not. */
    Set<ConfigurationPropertyName> unknown() {
        return unknown;
    }

    /** What was bound last; also there if the binder has not returned it. */
    @Nullable
    Object bound() {
        return bound;
    }

    /** The setting at which the binder was last. */
    @Nullable
    ConfigurationPropertyName current() {
        return current;
    }

    @Override
    public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
        current = name;
        attempted.add(name);
        Bindable<T> started = super.onStart(name, target, context);
        ConfigurationProperty property = find(name, context);
        if (property != null && BoundPlaceholders.areTooMany(property.getValue())) {
            failures.putIfAbsent(name, new Failure(target.getType().resolve(Object.class), new TooManyPlaceholders()));
            return null;
        }
        return started;
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

    /** A value has so many placeholders that they are not resolved. */
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
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof Exception exception && known.contains(exception)) {
                return true;
            }
        }
        return false;
    }

    /** What stands in YAML when there is nothing behind a name or below it: {@code restart:} is an empty text. */
    private static boolean isEmpty(ConfigurationPropertyName name, BindContext context) {
        ConfigurationProperty property = find(name, context);
        return property != null && property.getValue() instanceof CharSequence text && text.isEmpty();
    }

    /** A variable PPOOL, without a name behind it, is a setting of something else. */
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

    /** Also a text that is empty is not set, unless it is one of a list. */
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
            // What is known and empty is not set. Otherwise there are settings below it, which have taken its place.
            String text = String.valueOf(property.getValue());
            if (!text.isBlank() && !text.contains("${") && !isTold(name)) {
                failures.put(name, new Failure(Map.class, new IllegalStateException("a value and settings below it")));
            }
        } else if (!isTold(name)) {
            unknown.add(name);
        }
    }

    /** What is below something that can't be bound has been told with it. */
    private boolean isTold(ConfigurationPropertyName name) {
        return failures.containsKey(name)
                || failures.keySet().stream().anyMatch(failed -> failed.isAncestorOf(name))
                || lost.stream().anyMatch(list -> list.equals(name) || list.isAncestorOf(name));
    }
}
