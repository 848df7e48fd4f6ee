package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The first block of docs/pools.md is code that runs, and the table of settings is true. */
class PoolsDocTest {

    private static List<MatchResult> find(String regex, String text) {
        return Pattern.compile(regex, Pattern.DOTALL).matcher(text).results().toList();
    }

    @Test
    void every_block_of_java_is_a_region_of_a_test_that_runs() throws IOException {
        String doc = Files.readString(Path.of("..", "docs", "pools.md"));
        List<MatchResult> blocks = find("<!-- from (\\w+ExamplesTest): ([\\w-]+) -->\n```java\n(.*?)\n```\n", doc);
        assertThat(blocks).hasSameSizeAs(find("```java\n", doc)).isNotEmpty();
        for (MatchResult block : blocks) {
            String examples = Files
                    .readString(Path.of("src/test/java/io/github/ppool/pool", block.group(1) + ".java"));
            String region = find(" *// region " + block.group(2) + "\n(.*?)\n *// end\n", examples).getFirst().group(1);
            assertThat(block.group(3)).as(block.group(2)).isEqualTo(region.stripIndent().stripTrailing());
        }
    }

    @Test
    void every_setting_in_the_table_is_one_of_a_specification_and_times_have_the_default_that_the_table_says()
            throws Exception {
        String doc = Files.readString(Path.of("..", "docs", "reference", "worker-life.md"));
        String table = find("\n\\| setting \\| default \\|.*?\n\n", doc).getFirst().group();
        PoolSpec<Object> spec = PoolSpec.builder("plain", Object::new).build();
        int settings = 0;
        for (MatchResult row : find("\n\\| (`[^|]*) \\| ([^|]*) \\|", table)) {
            for (MatchResult name : find("`([a-z-]+)`", row.group(1))) {
                Object value = PoolSpec.class.getMethod(camelCase(name.group(1))).invoke(spec);
                if (row.group(2).matches("\\d+ s")) {
                    assertThat(value).as(name.group(1))
                            .isEqualTo(Duration.ofSeconds(Long.parseLong(row.group(2).replace(" s", ""))));
                }
                settings++;
            }
        }
        assertThat(settings).isGreaterThan(18);
        assertThat(table).contains("`creation-timeout` | 30 s", "`validation-timeout` | 5 s", "`orphan-grace` | 5 s");
    }

    private static String camelCase(String setting) {
        return Pattern.compile("-([a-z])").matcher(setting).replaceAll(part -> part.group(1).toUpperCase(Locale.ROOT));
    }

    @Test
    void every_link_within_the_documentation_leads_to_a_heading_or_a_file() throws IOException {
        Path docs = Path.of("..", "docs");
        try (Stream<Path> pages = Stream.concat(Files.list(docs), Files.list(docs.resolve("adr")))) {
            for (Path page : pages.filter(path -> path.toString().endsWith(".md")).toList()) {
                for (MatchResult link : find("\\]\\(([^)#: ]*)(?:#([^) ]+))?\\)", Files.readString(page))) {
                    Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1)).normalize();
                    assertThat(target).as("link of %s", page).exists();
                    if (link.group(2) != null) {
                        assertThat(anchors(target)).as("link of %s to %s", page, target).contains(link.group(2));
                    }
                }
            }
        }
    }

    private static List<String> anchors(Path page) throws IOException {
        return find("(?<=\n)#+ ([^\n]+)", Files.readString(page)).stream()
                .map(heading -> heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 _-]", "")
                        .replace(' ', '-'))
                .toList();
    }
}
