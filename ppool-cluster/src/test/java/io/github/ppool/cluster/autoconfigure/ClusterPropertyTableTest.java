package io.github.ppool.cluster.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The table of the cluster's settings in the documentation is that of the metadata that editors use. */
class ClusterPropertyTableTest {

    private static final String HEADING = "\n## The cluster\n";
    /** A test of ppool-durable compares what follows here. */
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

    private static String table() throws IOException {
        StringBuilder table = new StringBuilder(HEADING).append("""

                With the module ppool-cluster.

                | setting | default | |
                |---|---|---|
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
                    .append(" | ").append(description).append(" |\n");
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
