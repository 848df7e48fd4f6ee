package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/pools.md shows what is run. */
class PoolsDocTest {

    private static List<MatchResult> find(String regex, String text) {
        return Pattern.compile(regex, Pattern.DOTALL).matcher(text).results().toList();
    }

    @Test
    void every_block_of_java_is_a_region_of_a_test_that_runs() throws IOException {
        String doc = Files.readString(Path.of("..", "docs", "pools.md"));
        String examples = Files.readString(Path.of("src/test/java/io/github/ppool/pool/PoolsExamplesTest.java"));
        List<MatchResult> blocks = find("<!-- from PoolsExamplesTest: ([\\w-]+) -->\n```java\n(.*?)\n```\n", doc);
        assertThat(blocks).hasSameSizeAs(find("```java\n", doc)).hasSizeGreaterThan(6);
        for (MatchResult block : blocks) {
            String region = find(" *// region " + block.group(1) + "\n(.*?)\n *// end\n", examples).getFirst().group(1);
            assertThat(block.group(2)).as(block.group(1)).isEqualTo(region.stripIndent().stripTrailing());
        }
    }
}
