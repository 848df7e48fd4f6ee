package io.github.ppool.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every Java block of docs/processes.md is a part of a test that runs. */
class ProcessesDocTest {

    private static final Path DOC = Path.of("..", "docs", "processes.md");
    private static final Path TESTS = Path.of("src/test/java/io/github/ppool");
    private static final Pattern BLOCK = Pattern.compile("<!-- from ([\\w/]+): (\\w+) -->\n```java\n(.*?)\n```\n",
            Pattern.DOTALL);

    @TestFactory
    Stream<DynamicTest> everyBlockIsWhatRuns() throws IOException {
        String doc = Files.readString(DOC);
        List<DynamicTest> tests = new ArrayList<>();
        Matcher block = BLOCK.matcher(doc);
        while (block.find()) {
            String file = block.group(1);
            String region = block.group(2);
            String content = block.group(3);
            tests.add(DynamicTest.dynamicTest(file + ": " + region,
                    () -> assertThat(content).isEqualTo(region(file, region))));
        }
        assertThat(tests).hasSizeGreaterThan(3);
        assertThat(doc.split("```java", -1)).as("no block without its test").hasSize(tests.size() + 1);
        return tests.stream();
    }

    private static String region(String file, String name) throws IOException {
        String source = Files.readString(TESTS.resolve(file + ".java"));
        Matcher region = Pattern.compile("( *)// region " + name + "\n(.*?)\n *// end\n", Pattern.DOTALL)
                .matcher(source);
        assertThat(region.find()).as("region %s of %s", name, file).isTrue();
        return region.group(2).stripTrailing().stripIndent();
    }
}
