package io.github.ppool.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The settings and meters of the cluster that the documentation names are there, and none is missing. */
class DocumentedClusterTest {

    private static final Path DOCS = Path.of("..", "docs");

    private static List<Map<String, Object>> settings() {
        try (InputStream metadata = DocumentedClusterTest.class.getResourceAsStream(
                "/META-INF/spring-configuration-metadata.json")) {
            return JsonPath.read(Objects.requireNonNull(metadata), "$.properties");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String read(String page) {
        try {
            return Files.readString(DOCS.resolve(page));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Set<String> find(String regex, String text) {
        return Pattern.compile(regex).matcher(text).results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> meters() {
        return find(
                "(?m)^\\| `(ppool\\.cluster\\.[a-z.]+)` \\| (?:gauge|counter) ",
                read("reference/cluster-operation.md"));
    }

    @Test
    void the_table_of_settings_is_that_of_the_metadata() {
        String page = read("cluster.md");
        assertThat(settings()).isNotEmpty().allSatisfy(setting -> {
            Object value = setting.get("defaultValue");
            assertThat(page).contains("| `" + setting.get("name") + "` | " + (value == null ? "" : "`" + value + "` ")
                    + "| " + setting.get("description") + " |");
        });
    }

    @Test
    void each_setting_and_meter_of_the_cluster_that_any_page_names_is_there() throws IOException {
        Set<String> known = settings().stream()
                .map(setting -> (String) setting.get("name"))
                .collect(Collectors.toCollection(TreeSet::new));
        known.addAll(meters());
        try (Stream<Path> pages = Files.walk(DOCS)) {
            assertThat(pages.filter(page -> page.toString().endsWith(".md"))
                    .flatMap(page -> find("`(ppool\\.cluster\\.[a-z.-]+)(?:=[^`]*)?`",
                            read(DOCS.relativize(page).toString())).stream()))
                    .isNotEmpty()
                    .allMatch(key -> known.contains(key)
                            || known.stream().anyMatch(longer -> longer.startsWith(key + ".")));
        }
    }

    @Test
    void the_table_of_meters_has_all_of_them() throws IOException {
        Set<String> inCode = find("\"(ppool\\.cluster\\.[a-z.]+)\"", Files.readString(
                Path.of("src", "main", "java", "io", "github", "ppool", "cluster", "metrics", "ClusterMetrics.java")));
        assertThat(meters()).hasSizeGreaterThan(5).isEqualTo(inCode);
    }
}
