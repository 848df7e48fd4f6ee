package io.github.ppool.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The pages on supervision show code that runs, name all calls and all reports, and docs/otp-supervisor-suite.md lists
 * the tests that there are.
 */
class SupervisionDocTest {

    private static final Path DOCS = Path.of("..", "docs");
    private static final Path EXAMPLES = Path
            .of("src/test/java/io/github/ppool/supervisor/SupervisionExamplesTest.java");

    private static List<MatchResult> find(String regex, String text) {
        return Pattern.compile(regex, Pattern.DOTALL).matcher(text).results().toList();
    }

    @Test
    void every_block_of_java_is_a_region_of_a_test_that_runs() throws IOException {
        String doc = Files.readString(DOCS.resolve("supervision.md"));
        String examples = Files.readString(EXAMPLES);
        List<MatchResult> blocks = find("<!-- from SupervisionExamplesTest: (\\w+) -->\n```java\n(.*?)\n```\n", doc);
        assertThat(blocks).hasSameSizeAs(find("```java\n", doc)).hasSizeGreaterThan(2);
        for (MatchResult block : blocks) {
            String region = find("( *)// region " + block.group(1) + "\n(.*?)\n *// end\n", examples).getFirst()
                    .group(2);
            assertThat(block.group(2)).as(block.group(1)).isEqualTo(region.stripIndent().stripTrailing());
        }
    }

    @Test
    void every_call_in_the_table_is_there_and_every_call_that_is_there_is_in_the_table() throws IOException {
        String table = Files.readString(DOCS.resolve("reference/supervisor-calls.md"));
        TreeSet<String> named = find("`(\\w+)\\(", table).stream().map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        TreeSet<String> there = Stream.of(Supervisor.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .map(Method::getName).map(name -> name.replaceFirst("Async$", ""))
                .filter(name -> !List.of("equals", "hashCode", "toString").contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(named).isEqualTo(there);
    }

    @Test
    void every_case_of_otps_suite_that_the_table_says_we_have_is_a_test_and_the_other_way_round() throws IOException {
        String table = Files.readString(DOCS.resolve("otp-supervisor-suite.md"));
        TreeSet<String> said = find("\\| `(\\w+)` \\| yes", table).stream().map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        TreeSet<String> there = Stream.of(OtpSupervisorSuiteTest.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class)).map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(said).isEqualTo(there);
    }

    @Test
    void every_context_of_a_report_is_in_the_table_with_its_level() throws IOException {
        String table = Files.readString(DOCS.resolve("reference/supervisor-reports.md"));
        String source = Files.readString(
                Path.of("src/main/java/io/github/ppool/supervisor/SupervisorReports.java"));
        TreeSet<String> there = Stream
                .concat(find("report\\([^\"]*Level\\.(\\w+), \"(\\w+)\"", source).stream(),
                        find("log\\.log\\(Level\\.(\\w+),\\s+event -> offender\\(event, \"(\\w+)\"", source).stream())
                .map(match -> match.group(2) + " " + match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        TreeSet<String> said = find("\\| `(\\w+)` \\| ([A-Z]+)", table).stream()
                .map(match -> match.group(1) + " " + match.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(said).isEqualTo(there).hasSizeGreaterThan(7);
    }
}
