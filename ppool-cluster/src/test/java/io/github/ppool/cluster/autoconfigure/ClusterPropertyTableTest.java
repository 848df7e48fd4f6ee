package io.github.ppool.cluster.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.cluster.engine.LeaseSettings;
import io.github.ppool.cluster.store.SchemaMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The table of the cluster's settings in the documentation is that of the metadata that editors use. */
class ClusterPropertyTableTest {

    private static final String HEADING = "\n## The cluster\n";
    /** A test of ppool-durable compares the rest of the page. */
    private static final String NEXT = "\n## Durable tasks\n";

    /** {@code -Dppool.docs.write=true} writes the table instead of comparing it. */
    @Test
    void the_table_of_the_documentation_is_that_of_the_metadata() throws IOException {
        Path page = Path.of("..", "docs", "properties.md");
        String present = Files.readString(page);
        String table = table();
        int begin = present.contains(HEADING) ? present.indexOf(HEADING) : present.length();
        int end = present.contains(NEXT) ? present.indexOf(NEXT) : present.length();
        if (Boolean.getBoolean("ppool.docs.write")) {
            Files.writeString(page, present.substring(0, begin) + table + present.substring(end));
            return;
        }
        assertThat(present.substring(begin, end)).isEqualTo(table);
    }

    /** Values in words, and values that the rules refuse. */
    private static final Map<String, String> ALLOWED = Map.of(
            "ppool.cluster.enabled", "`true`, `false`",
            "ppool.cluster.lease", "duration, 3s to 1d",
            "ppool.cluster.permit-rest", "duration, 0s to 1d",
            "ppool.cluster.node-name", "text of 1 to 200 characters",
            "ppool.cluster.initialize-schema", "`embedded`, `always`, `never`",
            "ppool.cluster.table-prefix", "letters, digits and `_`, after a schema and a point if they are in one");

    @Test
    void the_bounds_in_the_table_are_those_of_the_rules() {
        Duration day = Duration.ofDays(1);
        for (Duration lease : List.of(Duration.ofSeconds(3), day)) {
            assertThat(settings(lease, Duration.ZERO, "n").leaseSettings().lease()).isEqualTo(lease);
        }
        for (Duration rest : List.of(Duration.ZERO, day)) {
            assertThat(settings(day, rest, "n".repeat(LeaseSettings.LONGEST_NAME)).leaseSettings().permitRest())
                    .isEqualTo(rest);
        }
        for (ClusterProperties refused : List.of(settings(Duration.ofMillis(2999), Duration.ZERO, "n"),
                settings(day.plusNanos(1), Duration.ZERO, "n"), settings(day, Duration.ofNanos(-1), "n"),
                settings(day, day.plusNanos(1), "n"), settings(day, Duration.ZERO, ""),
                settings(day, Duration.ZERO, "n".repeat(LeaseSettings.LONGEST_NAME + 1)))) {
            assertThatExceptionOfType(ClusterStartException.class).isThrownBy(refused::leaseSettings);
        }
        assertThat(ALLOWED.get("ppool.cluster.node-name")).contains(" " + LeaseSettings.LONGEST_NAME + " ");
        assertThat(Arrays.stream(SchemaMode.values()).map(mode -> "`" + mode.name().toLowerCase(Locale.ROOT) + "`"))
                .containsExactlyInAnyOrder(ALLOWED.get("ppool.cluster.initialize-schema").split(", "));
    }

    private static ClusterProperties settings(Duration lease, Duration rest, String node) {
        return new ClusterProperties(true, lease, rest, node, SchemaMode.EMBEDDED, "ppool_");
    }

    private static String table() throws IOException {
        StringBuilder table = new StringBuilder(HEADING).append("""

                With the module ppool-cluster.

                | setting | default | type, allowed values | |
                |---|---|---|---|
                """);
        List<Map<String, Object>> settings = metadata().stream()
                .filter(property -> name(property).startsWith("ppool.cluster."))
                .sorted(Comparator.comparing(ClusterPropertyTableTest::name))
                .toList();
        assertThat(settings).hasSize(ClusterProperties.class.getRecordComponents().length);
        for (Map<String, Object> setting : settings) {
            Object value = setting.get("defaultValue");
            String description = (String) setting.get("description");
            assertThat(description).as(name(setting)).endsWith(".");
            table.append("| `").append(name(setting)).append("` | ").append(value == null ? "" : "`" + value + "`")
                    .append(" | ").append(ALLOWED.get(name(setting))).append(" | ").append(description).append(" |\n");
        }
        return table.toString();
    }

    private static List<Map<String, Object>> metadata() throws IOException {
        Path classes = Path.of("target", "classes", "META-INF", "spring-configuration-metadata.json");
        return JsonPath.read(Files.readString(classes), "$.properties");
    }

    private static String name(Map<String, Object> property) {
        return (String) property.get("name");
    }
}
