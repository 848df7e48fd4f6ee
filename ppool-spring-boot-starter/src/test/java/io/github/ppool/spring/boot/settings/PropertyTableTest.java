package io.github.ppool.spring.boot.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.pool.GroupStrategy;
import io.github.ppool.pool.PoolGroupSpec;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.Supervised;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.spring.boot.autoconfigure.RecordingPools;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ReflectionUtils;

/** The table of settings in the documentation is made from the metadata that editors use, and that tells the truth. */
class PropertyTableTest {

    private static final String POOL = "ppool.defaults.";
    private static final String CLUSTER = "\n## The cluster\n";
    private static final String HEAD = "| setting | default | type, allowed values | |\n|---|---|---|---|\n";

    /** {@code -Dppool.docs.write=true} writes the page instead of comparing it. */
    @Test
    void the_appendix_of_the_documentation_is_that_of_the_metadata() throws IOException {
        Path page = Path.of("..", "docs", "properties.md");
        String appendix = appendix();
        String present = Files.readString(page);
        // The rest are the tables of ppool-cluster and ppool-durable, and tests of these modules compare them.
        int end = present.contains(CLUSTER) ? present.indexOf(CLUSTER) : present.length();
        if (Boolean.getBoolean("ppool.docs.write")) {
            Files.writeString(page, appendix + present.substring(end));
            return;
        }
        assertThat(present.substring(0, end))
                .as("mvn -pl ppool-spring-boot-starter -am test -Dtest=PropertyTableTest -Dppool.docs.write=true"
                        + " -Dsurefire.failIfNoSpecifiedTests=false writes the page anew")
                .isEqualTo(appendix);
    }

    @Test
    void the_settings_of_supervised_beans_in_the_appendix_are_those_of_the_annotation() throws IOException {
        assertThat(Arrays.stream(PpoolProperties.Supervised.class.getRecordComponents()).map(RecordComponent::getName))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Supervised.class.getDeclaredMethods()).map(Method::getName).toList());
        assertThat(supervisedRows()).hasSize(Supervised.class.getDeclaredMethods().length);
    }

    private static String appendix() throws IOException {
        StringBuilder page = new StringBuilder("""
                # All settings

                Made from the metadata that editors complete settings by, and from the rules that check values at the
                start of an application. [Declare pools in Spring Boot](how-to/declare-pools.md) shows settings at work.

                A duration is written as `500ms`, `30s`, `10m`, `1h` or `7d`, or as ISO-8601 such as `PT5S`. A number
                without a unit is milliseconds. A size of data is written as `512KB`, `1MB` or `2GB`. A list may be
                written as one text with commas. A setting without a value is not set.

                ## The application

                """).append(HEAD);
        rows(page, property -> !name(property).startsWith(POOL));
        page.append("""

                ## A pool

                `…` stands for `ppool.pools.<name>.` and also for `ppool.defaults.`.

                """).append(HEAD);
        rows(page, property -> name(property).startsWith(POOL) && !isGrouped(property) && !isOfPorts(property));
        page.append("\n## A pool: processes of the operating system\n\n")
                .append("For a pool with a `command`: see [ports.md](ports.md). ")
                .append("The defaults may have all but the command.\n\n")
                .append(HEAD);
        rows(page, PropertyTableTest::isOfPorts);
        page.append("\n## A pool: restarts, the making of workers, tasks that failed\n\n").append(HEAD);
        rows(page, property -> name(property).startsWith(POOL) && isGrouped(property) && !isDurable(property));
        page.append(
                """

                        ## A pool: durable tasks

                        With the module ppool-durable. A plan that is set is run once unless `count` is set, too.

                        """)
                .append(HEAD);
        rows(page, PropertyTableTest::isDurable);
        page.append("""

                ## A supervised bean

                A missing setting is as the bean's `@Supervised` says; the defaults are those of the annotation. A
                `SupervisorSpec` bean may have the scope alone.

                """).append(HEAD);
        supervisedRows().forEach(row -> page.append(row).append('\n'));
        page.append("\n## A group of pools\n\nSee [groups.md](groups.md).\n\n").append(HEAD);
        groupRows().forEach((setting, row) -> page.append("| `ppool.groups.<name>.")
                .append(DataObjectPropertyName.toDashedForm(setting)).append("` | ").append(row).append(" |\n"));
        return page.toString();
    }

    private static void rows(StringBuilder page, Predicate<Map<String, Object>> which) throws IOException {
        metadata().stream()
                .filter(which)
                .sorted(Comparator.comparing(PropertyTableTest::rank).thenComparing(PropertyTableTest::name))
                .forEach(property -> page.append(row(property)).append('\n'));
    }

    /**
     * The metadata does not have the values of a map, so these stand here; the defaults are those of the annotation.
     */
    private static List<String> supervisedRows() {
        Map<String, String> descriptions = new LinkedHashMap<>();
        describe(descriptions, "plan", "[plan](restart-plans.md)",
                "Plan that decides after each end, as under restart.plan.");
        describe(descriptions, "count", "number from 0, or `infinity`", "Number of times that the plan is run.");
        describe(descriptions, "resetAfter", "duration, zero or more",
                "Time without an end after which the plan begins again. Zero means never.");
        describe(descriptions, "shutdown", "duration, zero or more",
                "Time that the bean's thread may take to end after an interrupt.");
        describe(descriptions, "every", "duration, more than zero",
                "Pause between two runs of a bean that does its work once and returns. Empty for an endless loop.");
        describe(descriptions, "fixedRate", "duration, more than zero",
                "Time from the beginning of a run to that of the next one, in place of every. Times that pass during"
                        + " a run are skipped.");
        describe(descriptions, "initialDelay", "duration, zero or more",
                "Pause before the first run of a bean with every. None unless set.");
        describe(descriptions, "scope", "`node`, `cluster`",
                "Nodes on which the bean runs: each one, or one at a time.");
        return descriptions.entrySet().stream()
                .map(setting -> {
                    String byDefault = String.valueOf(ReflectionUtils.invokeMethod(
                            Objects.requireNonNull(ReflectionUtils.findMethod(Supervised.class, setting.getKey())),
                            Objects.requireNonNull(AnnotationUtils.findAnnotation(Bare.class, Supervised.class))));
                    byDefault = byDefault.equals("NODE") ? "node" : byDefault;
                    return "| `ppool.supervised.<bean>." + DataObjectPropertyName.toDashedForm(setting.getKey())
                            + "` | "
                            + (byDefault.isEmpty() ? "" : "`" + byDefault + "`") + " | " + setting.getValue() + " |";
                })
                .toList();
    }

    @Test
    void values_of_supervised_beans_and_of_groups_that_the_appendix_does_not_allow_are_refused() {
        ApplicationContextRunner runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
                .withBean("factory", WorkerFactory.class, () -> (WorkerFactory<Object>) Object::new)
                .withBean("bare", Bare.class)
                .withPropertyValues("ppool.pools.smtp.worker=factory", "ppool.groups.mail.members=smtp",
                        "ppool.supervised.bare.every=1s");
        runner.run(context -> assertThat(context).hasNotFailed());
        for (String refused : List.of("supervised.bare.plan=restrt", "supervised.bare.count=-1",
                "supervised.bare.reset-after=-1s", "supervised.bare.shutdown=-1s", "supervised.bare.every=0s",
                "supervised.bare.initial-delay=-1s", "supervised.bare.scope=world", "groups.mail.members=nobody",
                "groups.mail.strategy=best", "groups.mail.retry-after=0s")) {
            runner.withPropertyValues("ppool." + refused).run(context -> assertThat(context).as(refused).hasFailed()
                    .getFailure().isInstanceOf(InvalidPoolSettingsException.class)
                    .hasMessageContaining("ppool." + refused.substring(0, refused.indexOf('='))));
        }
    }

    @Test
    void the_settings_of_groups_in_the_appendix_are_those_that_there_are() {
        assertThat(Arrays.stream(PpoolProperties.Group.class.getRecordComponents()).map(RecordComponent::getName))
                .containsExactlyElementsOf(groupRows().keySet());
        assertThat(GroupReader.spec("mail", new PpoolProperties.Group(List.of("a"), null, null, null)))
                .isEqualTo(PoolGroupSpec.of("mail", "a").withStrategy(GroupStrategy.FIRST)
                        .withRetryAfter(Duration.ofSeconds(1)));
    }

    private static void describe(Map<String, String> rows, String component, String allowed, String text) {
        rows.put(component, allowed + " | " + text);
    }

    private static Map<String, String> groupRows() {
        Map<String, String> rows = new LinkedHashMap<>();
        describe(rows, "members", " | names of pools",
                "Names of the pools, each once, in the order of the strategy first.");
        describe(rows, "strategy", "`first` | " + AllowedValues.constants(GroupStrategy.class),
                "Order in which the members are asked for a worker. Waiting callers are served by the first member"
                        + " that has one.");
        describe(rows, "retryAfter", "`1s` | duration, more than zero",
                "Time after which a member that could not make a worker is asked again.");
        describe(rows, "executor", "`false` | `true`, `false`",
                "Whether the group is an executor of Spring, too: its bean is found by @Async with the name of the"
                        + " group.");
        return rows;
    }

    @Supervised
    private static final class Bare implements Runnable {
        @Override
        public void run() {
            // every second; no work is needed
        }
    }

    @Test
    void every_property_has_a_description_that_is_a_sentence() throws IOException {
        assertThat(metadata()).hasSizeGreaterThan(40).allSatisfy(
                property -> assertThat((String) property.get("description")).as(name(property)).endsWith("."));
    }

    @Test
    void the_defaults_in_the_metadata_are_those_of_a_pool_that_sets_nothing() throws IOException {
        ApplicationContextRunner runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
                .withUserConfiguration(SettingsTest.Workers.class)
                .withPropertyValues("ppool.pools.plain.worker=factory", "ppool.pools.told.worker=factory");
        String[] told = metadata().stream()
                .filter(property -> name(property).startsWith(POOL) && property.containsKey("defaultValue"))
                // A test of ppool-durable tells these.
                .filter(property -> !isDurable(property))
                // PortPoolsTest has those of processes.
                .filter(property -> !isOfPorts(property))
                // These have no effect without a type or a plan beside them, and are refused.
                .filter(property -> !name(property).matches(".*(restart.intensity|restart.period|task-restart.count)"))
                .map(property -> name(property).replace(POOL, "ppool.pools.told.") + "="
                        + text(property.get("defaultValue")))
                .toArray(String[]::new);
        assertThat(told).hasSizeGreaterThan(15);
        runner.withPropertyValues(told).run(context -> {
            assertThat(context).hasNotFailed();
            var specs = context.getBean(RecordingPools.class).specs;
            assertThat(specs.get("told"))
                    .usingRecursiveComparison()
                    .ignoringFields("name", "factory", "listener", "surviveOn", "crashOn")
                    .isEqualTo(specs.get("plain"));
        });
    }

    private static List<Map<String, Object>> metadata() throws IOException {
        try (InputStream metadata = PropertyTableTest.class.getResourceAsStream(
                "/META-INF/spring-configuration-metadata.json")) {
            return JsonPath.read(Objects.requireNonNull(metadata), "$.properties");
        }
    }

    private static String name(Map<String, Object> property) {
        return (String) property.get("name");
    }

    private static boolean isGrouped(Map<String, Object> property) {
        return name(property).indexOf('.', POOL.length()) >= 0;
    }

    private static boolean isOfPorts(Map<String, Object> property) {
        return name(property).startsWith(POOL) && Arrays.stream(PortProperties.class.getDeclaredFields())
                .filter(field -> !field.isSynthetic())
                .anyMatch(field -> name(property)
                        .equals(POOL + DataObjectPropertyName.toDashedForm(field.getName())));
    }

    private static boolean isDurable(Map<String, Object> property) {
        return name(property).startsWith(POOL + "durable.");
    }

    /** ppool's own first; of the settings of a pool the worker. */
    private static int rank(Map<String, Object> property) {
        String name = name(property);
        return name.startsWith("management.") ? 2 : name.endsWith(".worker") || name.endsWith(".command") ? 0 : 1;
    }

    private static String row(Map<String, Object> property) {
        Object value = property.get("defaultValue");
        return "| `" + name(property).replace(POOL, "…") + "` | "
                + (value == null ? "" : "`" + text(value) + "`") + " | " + AllowedValues.of(property) + " | "
                + property.get("description") + " |";
    }

    private static String text(Object value) {
        return value instanceof Collection<?> list
                ? list.stream().map(String::valueOf).collect(Collectors.joining(", "))
                : String.valueOf(value);
    }
}
