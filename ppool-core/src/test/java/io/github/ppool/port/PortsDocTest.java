package io.github.ppool.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/ports.md shows code that runs, and tells all that there is. */
class PortsDocTest {

    private static List<MatchResult> find(String regex, String text) {
        return Pattern.compile(regex, Pattern.DOTALL).matcher(text).results().toList();
    }

    @Test
    void every_block_of_code_is_a_region_of_a_test_that_runs() throws IOException {
        String doc = Files.readString(Path.of("..", "docs", "ports.md"));
        String examples = Files.readString(Path.of("src/test/java/io/github/ppool/port/PortsExamplesTest.java"));
        List<MatchResult> blocks = find(
                "<!-- from PortsExamplesTest: ([\\w-]+) -->\n```(?:java|python|sh)\n(.*?)\n```\n", doc);
        assertThat(blocks).hasSameSizeAs(find("```(java|python|sh)\n", doc)).hasSizeGreaterThan(4);
        for (MatchResult block : blocks) {
            String region = find(" *(?://|#) region " + block.group(1) + "\n(.*?)\n *(?://|#) end\n", examples)
                    .getFirst().group(1);
            assertThat(block.group(2)).as(block.group(1))
                    .isEqualTo(region.stripIndent().stripTrailing().replace("\\\\", "\\"));
        }
    }

    @Test
    void the_script_of_the_page_on_single_jobs_is_the_one_that_runs() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "how-to", "run-one-shot-programs.md"));
        String examples = Files.readString(Path.of("src/test/java/io/github/ppool/port/PortsExamplesTest.java"));
        String shown = find("PortsExamplesTest.java: oneshot -->\n```sh\n(.*?)\n```\n", page).getFirst().group(1);
        String region = find(" *# region oneshot\n(.*?)\n *# end\n", examples).getFirst().group(1);
        assertThat(shown).isEqualTo(region.stripIndent().stripTrailing().replace("\\\\", "\\"));
    }

    @Test
    void the_page_has_each_kind_of_failure_and_each_limit() throws IOException {
        String doc = Files.readString(Path.of("..", "docs", "ports.md"));
        assertThat(doc).contains("`PortTimeoutException`", "`PortProtocolException`", "`PortExitException`",
                "`PortException`", "1,000 bytes", "100 lines a second");
        assertThat(ErrorOutput.LONGEST).isEqualTo(1_000);
        assertThat(ErrorOutput.MOST_IN_A_SECOND).isEqualTo(100);
    }
}
