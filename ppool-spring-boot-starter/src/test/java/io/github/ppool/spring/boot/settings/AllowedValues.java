package io.github.ppool.spring.boot.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.WorkerFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * The type of a setting, and the values that it may have. The bounds are found by trying values: those that the rules
 * of an application refuse are not allowed. So the documentation has the bounds of the code.
 */
final class AllowedValues {

    /** Values in words, with examples: the good ones must be taken, the bad ones refused. */
    private record Words(String text, List<String> good, List<String> bad) {

        static Words of(String text) {
            return new Words(text, List.of(), List.of());
        }
    }

    /** A bound that is another setting: the bound itself with the settings beside it, and its name. */
    private record Relative(int bound, String name) {
    }

    private static final String DEFAULTS = "ppool.defaults.";
    private static final String POOL = "ppool.pools.probe.";
    private static final Pattern BOUND = Pattern.compile("must be (?:from \\S+ to|at most|less than) ([^\\s,]+)");
    private static final Words RATE = new Words("rate: a number, a slash and a duration, such as `100/1m`",
            List.of("100/1m", "1/1s"), List.of("100", "0/1s", "many"));
    private static final Words COUNT = new Words("number from 0, or `infinity`",
            List.of("0", "1000000000", "infinity"), List.of("-1", "2147483648", "often"));
    private static final Words PLAN = new Words("[plan](restart-plans.md)",
            List.of("restart, 5s", "backoff 1s..1m x2 jitter 20%"), List.of("restrt", "-5s"));
    private static final Words CLASSES = new Words("names of exception classes",
            List.of("java.io.IOException", "java.io.IOException, java.lang.Error"),
            List.of("java.lang.String", "no.such.Exception"));

    /** Settings with a text as value, by the end of their names. */
    private static final Map<String, Words> TEXTS = texts();
    /** Settings that others need beside them. */
    private static final Map<String, List<String>> BESIDE = Map.of(
            "burst", List.of("rate=100/1m"),
            "key-burst", List.of("key-rate=100/1m"),
            "cluster-burst", List.of("cluster-rate=100/1m"),
            "restart.intensity", List.of("restart.type=permanent"),
            "restart.period", List.of("restart.type=permanent"),
            "task-restart.count", List.of("task-restart.plan=restart"),
            "max-wait-interval", List.of("max-wait-target=1s"));
    private static final Map<String, Relative> RELATIVE = Map.of(
            "burst", new Relative(100, "the number of `rate`"),
            "key-burst", new Relative(100, "the number of `key-rate`"),
            "cluster-burst", new Relative(100, "the number of `cluster-rate`"),
            "min-idle", new Relative(15, "`size` and `max-overflow` together"));

    private AllowedValues() {
    }

    private static Map<String, Words> texts() {
        Map<String, Words> texts = new LinkedHashMap<>();
        texts.put("rate", RATE);
        texts.put("key-rate", RATE);
        texts.put("cluster-rate", RATE);
        texts.put("durable.rate", RATE);
        texts.put("durable.partition-rate", RATE);
        texts.put("creation.count", COUNT);
        texts.put("restart.count", COUNT);
        texts.put("task-restart.count", COUNT);
        texts.put("durable.count", COUNT);
        texts.put("durable.prefetch", new Words("`auto`, or a number from 0 to 10000", List.of("auto", "0", "10000"),
                List.of("-1", "10001", "many")));
        texts.put("restart.crash-on", CLASSES);
        texts.put("restart.survive-on", CLASSES);
        texts.put("environment", new Words("list of `NAME=value` or `NAME`", List.of("A=b", "PATH"), List.of("=b")));
        texts.put("command", Words.of("program and arguments, as a list"));
        texts.put("directory", Words.of("path of a directory"));
        texts.put("depends-on", Words.of("names of pools"));
        texts.put("worker", Words.of("name of a bean"));
        return texts;
    }

    /** The words for the values of a property of the metadata. */
    static String of(Map<String, Object> property) {
        String name = (String) property.get("name");
        String type = (String) property.get("type");
        return switch (type) {
            case "java.lang.Boolean" -> "`true`, `false`";
            case "java.lang.Integer", "java.lang.Long" -> "whole number, " + numbers(name);
            case "java.lang.Double" -> "number, " + fractions(name);
            case "java.time.Duration" -> "duration" + durations(name);
            case "org.springframework.util.unit.DataSize" -> "size of data" + sizes(name);
            case "java.util.Set<java.lang.String>" -> "names of roles";
            default -> {
                if (type.startsWith("java.util.Map<java.lang.String,io.")) {
                    yield "by name: see below";
                }
                if (type.startsWith("java.util.Map<")) {
                    yield checked(name, name + ".killed", new Words("[plans by reason](reference/plan-settings.md"
                            + "#on-plans-by-exit-reason)", List.of("restart"), List.of("restrt")));
                }
                if (type.contains("PlanItem")) {
                    yield checked(name, name, PLAN);
                }
                yield type.startsWith("java.") ? texts(name) : constants(type, property.get("defaultValue"));
            }
        };
    }

    /** The words of an enum, as they are written in settings. */
    static String constants(Class<? extends Enum<?>> type) {
        return constants(type.getName(), "");
    }

    private static String texts(String name) {
        if (!name.startsWith(DEFAULTS)) {
            return "name of a pool";
        }
        Words words = TEXTS.get(name.substring(DEFAULTS.length()));
        assertThat(words).as("the words for the values of %s", name).isNotNull();
        return checked(name, name, words);
    }

    private static String checked(String name, String probed, Words words) {
        assertThat(words.good()).as("values of %s that are taken", name)
                .allSatisfy(value -> assertThat(refusal(probed, value)).as(value).isEmpty());
        assertThat(words.bad()).as("values of %s that are refused", name)
                .allSatisfy(value -> assertThat(refusal(probed, value)).as(value).isPresent());
        return words.text();
    }

    private static String constants(String type, Object byDefault) {
        try {
            Object[] constants = Class.forName(type).getEnumConstants();
            assertThat(constants).as("the type %s is known", type).isNotNull();
            char space = String.valueOf(byDefault).indexOf('_') < 0 ? '-' : '_';
            return Arrays.stream(constants)
                    .map(constant -> "`" + ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', space)
                            + "`")
                    .collect(Collectors.joining(", "));
        } catch (ClassNotFoundException unknown) {
            throw new AssertionError("the words for the values of type " + type, unknown);
        }
    }

    private static String numbers(String name) {
        int least = first(name, "-1", "0", "1").map(Integer::parseInt).orElseThrow();
        Relative relative = RELATIVE.get(name.replace(DEFAULTS, ""));
        if (relative != null) {
            assertThat(refusal(name, String.valueOf(relative.bound()))).as(name).isEmpty();
            assertThat(refusal(name, String.valueOf(relative.bound() + 1))).as(name).isPresent();
            return least + " to " + relative.name();
        }
        return refusal(name, String.valueOf(Integer.MAX_VALUE)).map(rule -> least + " to " + bound(name, rule))
                .orElse(least + " or more");
    }

    private static String fractions(String name) {
        String least = first(name, "-0.1", "0").orElseThrow();
        assertThat(refusal(name, "1.1")).as(name).isPresent();
        assertThat(refusal(name, "1")).as(name).isEmpty();
        return least + " to 1";
    }

    private static String durations(String name) {
        if (name.startsWith("management.")) {
            return ""; // Spring Boot's own, or read where no rule of ppool is
        }
        assertThat(refusal(name, "-1s")).as(name).isPresent();
        String least = first(name, "0s", "1ns").orElseThrow();
        String most = refusal(name, "1000000d").map(rule -> ", at most " + bound(name, rule)).orElse("");
        return (least.startsWith("0") ? ", zero or more" : ", more than zero") + most;
    }

    private static String sizes(String name) {
        String least = first(name, "-1B", "0B", "1B").orElseThrow();
        String most = refusal(name, "4GB").map(rule -> ", less than " + bound(name, rule)).orElse("");
        return (least.startsWith("0") ? ", zero or more" : ", more than zero") + most;
    }

    private static String bound(String name, String rule) {
        Matcher bound = BOUND.matcher(rule);
        assertThat(bound.find()).as("the rule of %s names its bound: %s", name, rule).isTrue();
        return bound.group(1);
    }

    /** The first of the values that is taken. */
    private static Optional<String> first(String name, String... values) {
        return Arrays.stream(values).filter(value -> refusal(name, value).isEmpty()).findFirst();
    }

    /** The rule that refuses a value; empty if it is taken. */
    private static Optional<String> refusal(String name, String value) {
        String key = name.startsWith(DEFAULTS) ? name.substring(DEFAULTS.length()) : "";
        String property = key.isEmpty() ? name : POOL + key;
        Map<String, Object> given = new LinkedHashMap<>();
        boolean ofPort = Arrays.stream(PortProperties.class.getDeclaredFields())
                .anyMatch(field -> DataObjectPropertyName.toDashedForm(field.getName()).equals(key));
        given.put(POOL + (ofPort ? "command" : "worker"), ofPort ? "cat" : "anyWorker");
        BESIDE.getOrDefault(key, List.of()).forEach(beside -> {
            String[] parts = beside.split("=", 2);
            given.put(POOL + parts[0], parts[1]);
        });
        given.put(property, value);
        return problems(given).stream()
                .filter(problem -> problem.property().startsWith(property))
                .map(SettingProblem::rule)
                .findFirst();
    }

    private static List<SettingProblem> problems(Map<String, Object> given) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("probe", given));
        SettingProblems problems = new SettingProblems(environment);
        List<SettingProblem> all = new ArrayList<>();
        PpoolProperties properties = SettingsBinder.bind(environment, problems);
        PoolProperties pool = properties.getPools().getOrDefault("probe", new PoolProperties());
        WorkerFactory<Object> factory = Object::new;
        var unused = SpecReader.read("probe", factory, properties, problems, AllowedValues.class.getClassLoader());
        var port = PortReader.read("probe", pool, properties.getDefaults(), problems);
        var durable = DurableReader.read("probe", properties, problems);
        SpecReader.checkRoot(properties, problems);
        GroupReader.check(properties, Set.of(), problems);
        if (!problems.isEmpty()) {
            all.addAll(problems.exception(null).problems());
        }
        // The module of durable tasks is not here: that is the problem of the group, and not of the setting.
        all.removeIf(problem -> problem.property().equals(POOL + "durable"));
        return all;
    }
}
