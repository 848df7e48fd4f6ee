package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/workers.md shows code that runs, and all of a factory. */
class WorkersDocTest {

    private static List<MatchResult> find(String regex, String text) {
        return Pattern.compile(regex, Pattern.DOTALL).matcher(text).results().toList();
    }

    @Test
    void every_block_of_java_is_a_region_of_a_test_that_runs() throws IOException {
        String doc = Files.readString(Path.of("..", "docs", "workers.md"));
        String examples = Files.readString(Path.of("src/test/java/io/github/ppool/pool/WorkersExamplesTest.java"));
        List<MatchResult> blocks = find("<!-- from WorkersExamplesTest: ([\\w-]+) -->\n```java\n(.*?)\n```\n", doc);
        assertThat(blocks).hasSameSizeAs(find("```java\n", doc)).hasSizeGreaterThan(2);
        for (MatchResult block : blocks) {
            String region = find(" *// region " + block.group(1) + "\n(.*?)\n *// end\n", examples).getFirst().group(1);
            assertThat(block.group(2)).as(block.group(1)).isEqualTo(region.stripIndent().stripTrailing());
        }
    }

    @Test
    void the_table_has_every_method_of_a_factory_and_the_example_writes_each() throws IOException {
        String doc = Files.readString(Path.of("..", "docs", "workers.md"));
        List<String> methods = Arrays.stream(WorkerFactory.class.getDeclaredMethods())
                .filter(method -> !method.isSynthetic())
                .map(Method::getName)
                .toList();
        assertThat(find("\n\\| `(\\w+)` \\|", doc)).extracting(row -> row.group(1))
                .containsExactlyInAnyOrderElementsOf(methods);
        assertThat(methods)
                .allSatisfy(method -> assertThat(doc).containsPattern("@Override\n    public .* " + method + "\\("));
    }
}
