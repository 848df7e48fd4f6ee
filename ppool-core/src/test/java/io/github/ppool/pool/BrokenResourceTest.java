package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class BrokenResourceTest {

    private static final Pattern CLASS_NAME = Pattern.compile("`([a-z0-9.]+\\.[A-Z]\\w+)`");

    @Test
    void the_list_in_the_documentation_is_the_one_that_is_used() throws IOException {
        String doc = Files.readString(Path.of("..", "docs", "how-to", "judge-exceptions.md"));
        String table = doc.substring(doc.indexOf("| broken | not broken |"));
        List<String[]> rows = table.substring(0, table.indexOf("\n\n")).lines().skip(2)
                .map(row -> row.split("\\|")).toList();
        Map<String, Boolean> documented = new HashMap<>();
        for (String[] row : rows) {
            CLASS_NAME.matcher(row[1]).results().forEach(name -> documented.put(name.group(1), true));
            CLASS_NAME.matcher(row[2]).results().forEach(name -> documented.put(name.group(1), false));
        }
        documented.remove(UncheckedIOException.class.getName()); // judged by its cause
        assertThat(documented).containsExactlyInAnyOrderEntriesOf(BrokenResource.LIST);
    }

    @Test
    void the_list_names_classes_of_the_jdk_that_are_there() {
        assertThat(BrokenResource.LIST.keySet())
                .filteredOn(name -> name.startsWith("java") || name.startsWith("io.github.ppool"))
                .allSatisfy(name -> assertThat(Throwable.class).isAssignableFrom(Class.forName(name)))
                .hasSizeGreaterThan(20);
    }
}
