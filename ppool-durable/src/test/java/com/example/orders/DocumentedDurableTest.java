package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page "Durable work" shows the code of the tests, and its tables have all settings and meters. */
class DocumentedDurableTest {

    private static final Path DOCS = Path.of("..", "docs");
    private static final Path TESTS = Path.of("src", "test", "java", "com", "example");
    private static final Pattern REGION = Pattern.compile("// tag::([a-z-]+)\\[]\\n(.*?)\\n *// end::\\1\\[]",
            Pattern.DOTALL);

    private static String page() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String page : List.of("durable.md", "how-to/set-up-durable-work.md", "how-to/write-durable-tasks.md",
                "reference/durable-transactions.md", "reference/durable-plans.md", "how-to/run-tasks-by-cron.md",
                "how-to/checkpoint-long-tasks.md", "how-to/upgrade-durable-tasks.md",
                "how-to/operate-durable-work.md")) {
            all.append(Files.readString(DOCS.resolve(page)));
        }
        return all.toString();
    }

    private static Set<String> find(String regex, String text) {
        return Pattern.compile(regex).matcher(text).results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Map<String, Object>> settings() throws IOException {
        try (InputStream metadata = DocumentedDurableTest.class.getResourceAsStream(
                "/META-INF/spring-configuration-metadata.json")) {
            List<Map<String, Object>> all = JsonPath.read(Objects.requireNonNull(metadata), "$.properties");
            return all.stream().filter(setting -> name(setting).startsWith("ppool.durable.")).toList();
        }
    }

    private static String name(Map<String, Object> setting) {
        return (String) setting.get("name");
    }

    @Test
    void each_region_of_the_tests_is_on_the_page() throws IOException {
        String page = page();
        List<Path> tests;
        try (Stream<Path> files = Files.walk(TESTS)) {
            tests = files.filter(file -> file.toString().endsWith(".java")
                    && !file.endsWith("DocumentedDurableTest.java")).toList();
        }
        int regions = 0;
        for (Path test : tests) {
            Matcher region = REGION.matcher(Files.readString(test));
            while (region.find()) {
                regions++;
                assertThat(page).as(test.toString())
                        .contains("```java\n" + region.group(2).stripIndent() + "\n```");
            }
        }
        assertThat(regions).isEqualTo(find("(?s)-->\n```java\n(.*?)```", page).size()).isGreaterThan(4);
        assertThat(page).contains(
                "```yaml\n" + Files.readString(Path.of("src", "test", "resources", "orders.yml")) + "```");
    }

    @Test
    void the_table_of_settings_is_that_of_the_metadata() throws IOException {
        String page = page();
        assertThat(settings()).hasSizeGreaterThan(5).allSatisfy(setting -> {
            Object value = setting.get("defaultValue");
            assertThat(page).contains("| `" + name(setting) + "` | " + (value == null ? "" : "`" + value + "` ")
                    + "| " + setting.get("description") + " |");
        });
    }

    @Test
    void the_table_of_meters_has_all_of_them() throws IOException {
        Set<String> inCode = find("\"(ppool\\.durable\\.[a-z.]+)\"", Files.readString(
                Path.of("src", "main", "java", "io", "github", "ppool", "durable", "metrics", "DurableMetrics.java")));
        assertThat(find("(?m)^\\| `(ppool\\.durable\\.[a-z.]+)` \\| (?:gauge|counter|timer) ", page()))
                .hasSizeGreaterThan(8)
                .isEqualTo(inCode);
    }

    @Test
    void each_setting_and_meter_that_any_page_names_is_there() throws IOException {
        Set<String> known = settings().stream()
                .map(DocumentedDurableTest::name)
                .collect(Collectors.toCollection(TreeSet::new));
        known.addAll(find("(?m)^\\| `(ppool\\.durable\\.[a-z.]+)` \\| (?:gauge|counter|timer) ", page()));
        known.add("ppool.durable.attempt");
        try (Stream<Path> pages = Files.walk(DOCS)) {
            for (Path file : pages.filter(each -> each.toString().endsWith(".md"))
                    .filter(each -> !each.startsWith(DOCS.resolve("adr"))) // they tell of their time
                    .toList()) {
                assertThat(find("`(ppool\\.durable\\.[a-z.-]+)(?:[:=][^`]*)?`", Files.readString(file)))
                        .as(file.toString())
                        .isSubsetOf(known);
            }
        }
    }
}
