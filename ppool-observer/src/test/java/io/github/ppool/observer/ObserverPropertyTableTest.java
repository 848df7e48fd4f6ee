package io.github.ppool.observer;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.Access;

/** The table of the observer's settings in the documentation is that of the metadata that editors use. */
class ObserverPropertyTableTest {

    private static final String HEADING = "\n## The observer\n";
    private static final Map<String, String> ALLOWED = Map.of(
            "management.endpoint.observer.access", Arrays.stream(Access.values())
                    .map(access -> "`" + access.name().toLowerCase(Locale.ROOT) + "`")
                    .collect(Collectors.joining(", ")),
            "management.endpoint.observer.cache.time-to-live", "duration");

    /** {@code -Dppool.docs.write=true} writes the table instead of comparing it. */
    @Test
    void the_table_of_the_documentation_is_that_of_the_metadata() throws IOException {
        Path page = Path.of("..", "docs", "properties.md");
        String present = Files.readString(page);
        int begin = present.contains(HEADING) ? present.indexOf(HEADING) : present.length();
        String expected = present.substring(0, begin) + table();
        if (Boolean.getBoolean("ppool.docs.write")) {
            Files.writeString(page, expected);
            return;
        }
        assertThat(present).isEqualTo(expected);
    }

    private static String table() throws IOException {
        StringBuilder table = new StringBuilder(HEADING).append("""

                With the module ppool-observer. See [the observer](observer.md).

                | setting | default | type, allowed values | |
                |---|---|---|---|
                """);
        List<Map<String, Object>> settings = JsonPath.<List<Map<String, Object>>>read(
                Files.readString(Path.of("target", "classes", "META-INF", "spring-configuration-metadata.json")),
                "$.properties").stream()
                .sorted(Comparator.comparing(ObserverPropertyTableTest::name))
                .toList();
        assertThat(settings).extracting(ObserverPropertyTableTest::name)
                .containsExactlyInAnyOrderElementsOf(ALLOWED.keySet());
        for (Map<String, Object> setting : settings) {
            table.append("| `").append(name(setting)).append("` | `").append(setting.get("defaultValue"))
                    .append("` | ").append(ALLOWED.get(name(setting))).append(" | ")
                    .append(setting.get("description")).append(" |\n");
        }
        return table.toString();
    }

    private static String name(Map<String, Object> property) {
        return (String) property.get("name");
    }
}
