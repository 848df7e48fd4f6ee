package io.github.ppool.spring.boot.settings;

import io.github.ppool.guard.CauseChain;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindMethod;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.util.PlaceholderResolutionException;
import org.springframework.util.unit.DataSize;

/**
 * Binds {@code ppool.*} before any bean exists. A setting that is unknown, or has an invalid value, becomes a problem.
 * The rest is bound all the same, so that all problems are found together.
 */
public final class SettingsBinder {

    private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("ppool");
    private static final ConfigurationPropertyName POOLS = ROOT.append("pools");
    /** The settings of the module ppool-cluster, which checks them itself. */
    private static final ConfigurationPropertyName CLUSTER = ROOT.append("cluster");
    private static final boolean HAS_CLUSTER = ClassUtils.isPresent("io.github.ppool.cluster.Cluster",
            SettingsBinder.class.getClassLoader());
    /** The settings of the module ppool-durable, which checks them itself. */
    private static final ConfigurationPropertyName DURABLE = ROOT.append("durable");
    private static final boolean HAS_DURABLE = ClassUtils.isPresent("io.github.ppool.durable.DurableQueue",
            SettingsBinder.class.getClassLoader());

    private SettingsBinder() {}

    /** A class of its own, so that the pattern is compiled for wrong settings only. */
    private static final class Spoken {
        private static final Pattern DURATION = Pattern.compile(
                "([+-]?\\d+) *(ms|milli|s|m(?!o)|h|d)[a-z.]*", Pattern.CASE_INSENSITIVE);
    }

    /**
     * Binds the settings of an application.
     *
     * @param environment the settings
     * @param problems gets the problems
     * @return the bound settings
     */
    public static PpoolProperties bind(Environment environment, SettingProblems problems) {
        PpoolProperties bound = bind(binder(environment), problems);
        DurableReader.check(bound, HAS_DURABLE, problems);
        return bound;
    }

    /**
     * A binder as {@link Binder#get} makes it, without the sources that have no setting under {@code ppool}. Spring
     * Boot asks each source for each possible setting of each pool. For each of these names that it asks the
     * environment variables for, it keeps a record: about 35 KiB for a pool.
     */
    private static Binder binder(Environment environment) {
        List<ConfigurationPropertySource> sources = new ArrayList<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source.containsDescendantOf(ROOT) != ConfigurationPropertyState.ABSENT) {
                sources.add(source);
            }
        }
        return new Binder(sources, new PropertySourcesPlaceholdersResolver(environment));
    }

    /**
     * Binds settings that are given at run time. This binder resolves no placeholder.
     *
     * @param settings the settings of the request
     * @return the bound settings
     */
    public static PpoolProperties bind(RunTimeSettings settings) {
        SettingProblems problems = new SettingProblems(settings);
        PpoolProperties bound = bind(new Binder(settings.sources()), problems);
        DurableReader.check(bound, HAS_DURABLE, problems);
        problems.throwIfAny(null);
        return bound;
    }

    private static PpoolProperties bind(Binder binder, SettingProblems problems) {
        AllFailures failures = new AllFailures();
        try {
            var unused = binder.bindOrCreate(
                    ROOT, Bindable.of(PpoolProperties.class).withBindMethod(BindMethod.JAVA_BEAN), failures);
        } catch (StackOverflowError tooDeep) {
            // Spring resolves nested placeholders by recursion.
            tooMany(Objects.requireNonNullElse(failures.current(), ROOT), problems);
        }
        PpoolProperties bound = failures.bound() instanceof PpoolProperties properties
                ? properties
                : new PpoolProperties();
        Map<String, PoolProperties> pools = new LinkedHashMap<>(bound.getPools());
        failures.failures().forEach((name, failure) -> {
            describe(name, failure, problems);
            addPoolOf(name, pools);
        });
        for (ConfigurationPropertyName name : failures.unknown()) {
            if (isOfModule(name)) {
                continue;
            }
            describe(name, problems);
            addPoolOf(name, pools);
        }
        bound.setPools(PoolNames.distinct(pools));
        bound.setGroups(PoolNames.distinct(bound.getGroups()));
        bound.setSupervised(PoolNames.distinct(bound.getSupervised()));
        return bound;
    }

    /** Whether a module that is there checks a setting itself. */
    private static boolean isOfModule(ConfigurationPropertyName name) {
        return (HAS_CLUSTER && CLUSTER.isAncestorOf(name)) || (HAS_DURABLE && DURABLE.isAncestorOf(name));
    }

    /** Adds a pool of which no setting could be bound, so that its other problems are found too. */
    private static void addPoolOf(ConfigurationPropertyName wrong, Map<String, PoolProperties> pools) {
        if (POOLS.isAncestorOf(wrong)) {
            pools.putIfAbsent(
                    wrong.getElement(POOLS.getNumberOfElements(), Form.ORIGINAL), new PoolProperties());
        }
    }

    private static void describe(ConfigurationPropertyName unknown, SettingProblems problems) {
        String name = unknown.toString();
        if (!HAS_CLUSTER && CLUSTER.isAncestorOf(unknown)) {
            describeWithout("ppool-cluster", name, problems);
            return;
        }
        if (!HAS_DURABLE && DURABLE.isAncestorOf(unknown)) {
            describeWithout("ppool-durable", name, problems);
            return;
        }
        problems.addUnknown(name, "there is no such setting",
                name.contains("restart[true]") || name.contains("durable[true]")
                        ? "Write \"on\": with its quotation marks; without them YAML takes it for the value true."
                        : SettingKeys.asked(unknown)
                                + "Correct the name; the settings are listed in docs/properties.md of ppool.");
    }

    private static void describeWithout(String module, String name, SettingProblems problems) {
        problems.addUnknown(name, "there is no such setting without the module " + module,
                "Add the dependency io.github.ppool:" + module + ", or remove the line.");
    }

    private static void describe(
            ConfigurationPropertyName name, AllFailures.Failure failure, SettingProblems problems) {
        String property = name.toString();
        if (failure.error() instanceof AllFailures.TooManyPlaceholders) {
            tooMany(name, problems);
            return;
        }
        for (Throwable cause : CauseChain.of(failure.error())) {
            if (cause instanceof PlaceholderResolutionException placeholder) {
                problems.add(property, rule(placeholder),
                        "Write the value, or the name of another property in the placeholder.");
                return;
            }
        }
        String resolved = problems.hasPlaceholder(property) ? " once its placeholders are resolved" : "";
        problems.add(property, rule(failure.type(), name.getLastElement(Form.DASHED)) + resolved,
                meant(failure.type(), Objects.requireNonNullElse(problems.text(property), ""))
                        + "Change the value, or remove the line to have the default.");
    }

    private static void tooMany(ConfigurationPropertyName name, SettingProblems problems) {
        problems.add(name.toString(), "its placeholders, and those within them, are too many",
                "Write the value without placeholders.");
    }

    /** The problem of a placeholder. Unknown placeholders stay unchanged, so the problem is a circle. */
    static String rule(PlaceholderResolutionException placeholder) {
        return "its placeholder ${" + placeholder.getPlaceholder() + "} leads back to itself";
    }

    private static String rule(Class<?> type, String last) {
        if (type.isEnum()) {
            return last + " must be one of " + String.join(", ", SettingKeys.constants(type));
        }
        String kind = kind(type);
        return kind == null ? last + " can't be read as " + type.getSimpleName() : last + " must be " + kind;
    }

    private static @Nullable String kind(Class<?> type) {
        if (type == Integer.class || type == int.class || type == Long.class || type == long.class) {
            return "a whole number";
        }
        if (type == Double.class || type == double.class) {
            return "a number";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        }
        if (type == String.class || type == PlanItem.class) {
            return "a text";
        }
        if (type == PoolProperties.class) {
            return "the name of a pool, with its settings below it, such as worker and size";
        }
        if (SettingTypes.isGroup(type) || Map.class.isAssignableFrom(type)) {
            return "a name with settings below it";
        }
        if (Collection.class.isAssignableFrom(type)) {
            return "a list";
        }
        if (type == DataSize.class) {
            return "a size, such as 512KB or 1MB";
        }
        return type == Duration.class ? "a duration, such as 500ms, 5s or 2m" : null;
    }

    /** The question "Did you mean …?" with a blank after it; empty if no value is near. */
    private static String meant(Class<?> type, String wrong) {
        if (type.isEnum()) {
            return Nearest.asked(wrong, SettingKeys.constants(type));
        }
        if (type == Boolean.class || type == boolean.class) {
            return Nearest.asked(wrong, List.of("true", "false"));
        }
        return type == Duration.class
                ? spoken(wrong).map(duration -> "Did you mean " + duration + "? ").orElse("")
                : "";
    }

    /** The duration in a text as it is spoken: {@code 5 seconds}. */
    private static Optional<String> spoken(String wrong) {
        Matcher spoken = Spoken.DURATION.matcher(wrong.strip());
        if (wrong.length() > 30 || !spoken.matches()) {
            return Optional.empty();
        }
        String unit = spoken.group(2).toLowerCase(Locale.ROOT);
        return Optional.of(spoken.group(1) + (unit.equals("ms") || unit.equals("milli") ? "ms" : unit.substring(0, 1)));
    }
}
