package io.github.ppool.spring.boot.autoconfigure;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.core.env.Environment;

/** Binds {@code ppool.*} before there are beans. What does not exist or has no possible value is refused. */
final class SettingsBinder {

    private SettingsBinder() {}

    static PpoolProperties bind(Environment environment) {
        return bind(Binder.get(environment), new SettingProblems(environment));
    }

    /** Of what is given at run time no placeholder is resolved: this binder resolves none. */
    static PpoolProperties bind(RunTimeSettings settings) {
        return bind(new Binder(settings.sources()), new SettingProblems(settings));
    }

    private static PpoolProperties bind(Binder binder, SettingProblems problems) {
        // Environment variables may begin with PPOOL_ for reasons of their own: what is not known there is passed over.
        BindHandler strict = new NoUnboundElementsBindHandler(BindHandler.DEFAULT, new UnboundElementsSourceFilter());
        try {
            PpoolProperties bound = binder.bindOrCreate("ppool", Bindable.of(PpoolProperties.class), strict);
            return bound.withPools(PoolNames.distinct(bound.pools()));
        } catch (BindException failed) {
            describe(failed, problems);
            problems.throwIfAny(failed);
            throw failed;
        }
    }

    private static void describe(BindException failed, SettingProblems problems) {
        if (failed.getCause() instanceof UnboundConfigurationPropertiesException unbound) {
            for (ConfigurationProperty property : unbound.getUnboundProperties()) {
                String name = property.getName().toString();
                problems.add(name, "there is no such setting", name.contains(".restart[true]")
                        ? "Write \"on\": with its quotation marks; without them YAML takes it for the value true."
                        : "Correct the name; the settings are listed in docs/properties.md of ppool.");
            }
            return;
        }
        Class<?> type = Objects.requireNonNullElse(failed.getTarget().getType().resolve(), Object.class);
        String property = failed.getName().toString();
        problems.add(property, rule(type, property), "Change the value, or remove the line to have the default.");
    }

    private static String rule(Class<?> type, String property) {
        String last = property.substring(property.lastIndexOf('.') + 1);
        if (type.isEnum()) {
            String values = Arrays.stream(type.getEnumConstants())
                    .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .collect(Collectors.joining(", "));
            return last + " must be one of " + values;
        }
        String kind = kind(type);
        return kind == null ? last + " can't be read as " + type.getSimpleName() : last + " must be " + kind;
    }

    private static @Nullable String kind(Class<?> type) {
        if (type == Integer.class) {
            return "a whole number";
        }
        if (type == Double.class) {
            return "a number";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        }
        if (type == PpoolProperties.Pool.class) {
            return "the name of a pool, with its settings below it, such as worker and size";
        }
        return type == Duration.class ? "a duration, such as 500ms, 5s or 2m" : null;
    }
}
