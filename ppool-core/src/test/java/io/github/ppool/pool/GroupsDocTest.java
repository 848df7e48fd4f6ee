package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/groups.md and docs/how-to/broadcast.md show code that runs. */
class GroupsDocTest {

    private static List<MatchResult> find(String regex, String text) {
        return Pattern.compile(regex, Pattern.DOTALL).matcher(text).results().toList();
    }

    private static String page(String name) throws IOException {
        return Files.readString(Path.of("..", "docs", name));
    }

    @Test
    void every_block_of_java_is_a_region_of_a_test_that_runs() throws IOException {
        String examples = Files.readString(Path.of("src/test/java/io/github/ppool/pool/GroupsExamplesTest.java"));
        String shown = page("groups.md") + page("how-to/broadcast.md");
        List<MatchResult> blocks = find(
                "<!-- from (?:\\S+/)?GroupsExamplesTest(?:\\.java)?: ([\\w-]+) -->\n```java\n(.*?)\n```\n", shown);
        assertThat(blocks).hasSameSizeAs(find(" *// region ([\\w-]+)\n", examples));
        assertThat(find("```java\n", page("groups.md"))).hasSameSizeAs(
                find("<!-- from GroupsExamplesTest", page("groups.md")));
        for (MatchResult block : blocks) {
            String region = find(" *// region " + block.group(1) + "\n(.*?)\n *// end\n", examples).getFirst().group(1);
            assertThat(block.group(2)).as(block.group(1)).isEqualTo(region.stripIndent().stripTrailing());
        }
    }

    @Test
    void the_table_has_every_strategy() throws IOException {
        assertThat(find("\n\\| `([a-z-]+)` \\|", page("groups.md"))).extracting(row -> row.group(1))
                .containsExactlyElementsOf(Stream.of(GroupStrategy.values())
                        .map(strategy -> strategy.name().toLowerCase(Locale.ROOT).replace('_', '-')).toList());
    }
}
