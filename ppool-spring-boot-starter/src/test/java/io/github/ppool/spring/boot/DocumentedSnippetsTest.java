package io.github.ppool.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documentation shows the code of the tests. */
class DocumentedSnippetsTest {

    private static final Pattern REGION = Pattern.compile("// tag::([a-z-]+)\\[]\\n(.*?)\\n *// end::\\1\\[]",
            Pattern.DOTALL);

    @Test
    void every_region_of_a_test_is_in_the_documentation_as_it_is() throws IOException {
        StringBuilder documentation = new StringBuilder();
        try (Stream<Path> pages = Files.walk(Path.of("..", "docs"))) {
            for (Path page : pages.filter(path -> path.toString().endsWith(".md")).toList()) {
                documentation.append(Files.readString(page));
            }
        }
        int regions = 0;
        try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
            for (Path file : files.filter(path -> path.toString().endsWith("Test.java")).toList()) {
                Matcher region = REGION.matcher(Files.readString(file));
                while (region.find()) {
                    assertThat(documentation).as("%s of %s", region.group(1), file)
                            .contains("```java\n" + region.group(2).stripIndent() + "\n```");
                    regions++;
                }
            }
        }
        assertThat(regions).isGreaterThanOrEqualTo(3);
    }
}
