package io.github.ppool.durable.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.spring.boot.DurablePools;
import io.github.ppool.spring.boot.DurableSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of the settings of durable tasks in the documentation is that of the metadata, which tells the truth. */
class DurablePropertyTableTest {

    private static final String HEADING = "\n## Durable tasks\n";
    private static final String POOL = "ppool.defaults.durable.";

    /** {@code -Dppool.docs.write=true} writes the table instead of comparing it. */
    @Test
    void the_table_of_the_documentation_is_that_of_the_metadata() throws IOException {
        Path page = Path.of("..", "docs", "properties.md");
        String present = Files.readString(page);
        String table = table();
        int begin = present.contains(HEADING) ? present.indexOf(HEADING) : present.length();
        if (Boolean.getBoolean("ppool.docs.write")) {
            Files.writeString(page, present.substring(0, begin) + table);
            return;
        }
        assertThat(present.substring(begin)).isEqualTo(table);
    }

    private static String table() throws IOException {
        StringBuilder table = new StringBuilder(HEADING).append("""

                With the module ppool-durable. The names of its tables begin as `ppool.cluster.table-prefix` says.

                | setting | default | |
                |---|---|---|
                """);
        List<Map<String, Object>> settings = properties(Files.readString(
                Path.of("target", "classes", "META-INF", "spring-configuration-metadata.json"))).stream()
                .filter(property -> name(property).startsWith("ppool.durable."))
                .sorted(Comparator.comparing(DurablePropertyTableTest::name))
                .toList();
        assertThat(settings).hasSize(DurableProperties.class.getRecordComponents().length);
        for (Map<String, Object> setting : settings) {
            Object value = setting.get("defaultValue");
            String description = (String) setting.get("description");
            assertThat(description).as(name(setting)).endsWith(".");
            table.append("| `").append(name(setting)).append("` | ").append(value == null ? "" : "`" + value + "`")
                    .append(" | ").append(description).append(" |\n");
        }
        return table.toString();
    }

    @Test
    void the_defaults_in_the_metadata_are_those_of_a_pool_that_sets_nothing() throws IOException {
        Path starter = Path.of("..", "ppool-spring-boot-starter", "target", "classes", "META-INF",
                "spring-configuration-metadata.json");
        List<Map<String, Object>> ofPools = properties(Files.readString(starter)).stream()
                .filter(property -> name(property).startsWith(POOL))
                .toList();
        assertThat(ofPools).hasSize(8);
        String[] told = ofPools.stream()
                .filter(property -> property.containsKey("defaultValue"))
                .map(property -> name(property).replace(POOL, "ppool.pools.smtp.durable.") + "="
                        + text(Objects.requireNonNull(property.get("defaultValue"))))
                .toArray(String[]::new);
        assertThat(told).hasSize(4);
        DurableRunner.h2().withPropertyValues(told).run(context -> {
            assertThat(context).hasNotFailed();
            DurableSettings settings = context.getBean(DurablePools.class).settings("smtp");
            assertThat(settings.plan().plans()).isEqualTo(DurableSettings.DEFAULT_PLAN.plans());
            assertThat(settings).usingRecursiveComparison().ignoringFields("plan").isEqualTo(DurableSettings.DEFAULT);
        });
    }

    private static List<Map<String, Object>> properties(String metadata) {
        return JsonPath.read(metadata, "$.properties");
    }

    private static String text(Object value) {
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).collect(Collectors.joining(", "))
                : String.valueOf(value);
    }

    private static String name(Map<String, Object> property) {
        return (String) property.get("name");
    }
}
