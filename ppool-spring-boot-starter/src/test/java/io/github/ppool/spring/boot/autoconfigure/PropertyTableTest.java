package io.github.ppool.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The table of settings in the documentation is made from the metadata that editors use, and that tells the truth. */
class PropertyTableTest {

    private static final String POOL = "ppool.defaults.";

    @Test
    void the_table_in_the_documentation_is_that_of_the_metadata() throws IOException {
        String documentation = Files.readString(Path.of("..", "docs", "spring-boot.md"));
        String table = metadata().stream()
                .filter(property -> name(property).startsWith("ppool."))
                .sorted(Comparator.comparing(PropertyTableTest::rank).thenComparing(PropertyTableTest::name))
                .map(PropertyTableTest::row)
                .collect(Collectors.joining("\n"));
        assertThat(documentation).as("the documentation must contain this table:\n%s", table).contains(table);
    }

    @Test
    void every_property_has_a_description_that_is_a_sentence() throws IOException {
        assertThat(metadata()).filteredOn(property -> name(property).startsWith("ppool.")).isNotEmpty().allSatisfy(
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

    /** What concerns all pools first, then the settings of a pool, then their groups. */
    private static int rank(Map<String, Object> property) {
        String name = name(property);
        return !name.startsWith(POOL) ? 0 : name.endsWith(".worker") ? 1 : name.indexOf('.', POOL.length()) < 0 ? 2 : 3;
    }

    private static String row(Map<String, Object> property) {
        Object value = property.get("defaultValue");
        return "| `" + name(property).replace(POOL, "…") + "` | "
                + (value == null ? "" : "`" + text(value) + "`") + " | " + property.get("description") + " |";
    }

    private static String text(Object value) {
        return value instanceof Collection<?> list
                ? list.stream().map(String::valueOf).collect(Collectors.joining(", "))
                : String.valueOf(value);
    }
}
