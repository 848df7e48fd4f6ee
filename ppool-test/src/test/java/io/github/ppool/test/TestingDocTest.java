package io.github.ppool.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page on testing shows the code of the tests. */
class TestingDocTest {

    private static final Pattern REGION = Pattern.compile("// tag::([a-z-]+)\\[]\\n(.*?)\\n *// end::\\1\\[]",
            Pattern.DOTALL);

    @Test
    void every_region_of_a_test_is_in_the_documentation_as_it_is() throws IOException {
        String documentation = "";
        for (String page : List.of("testing.md", "how-to/test-a-spring-boot-application.md",
                "how-to/test-several-nodes.md", "how-to/test-durable-tasks.md")) {
            documentation += Files.readString(Path.of("..", "docs", page));
        }
        for (String test : List.of("shop/MailRestartTest", "shop/PlainPoolTest", "feed/FeedClusterTest",
                "orders/OrdersTest")) {
            Matcher region = REGION.matcher(
                    Files.readString(Path.of("src", "test", "java", "com", "example", test + ".java")));
            assertThat(region.find()).as(test).isTrue();
            assertThat(documentation).contains("```java\n" + region.group(2).stripIndent() + "\n```");
        }
        assertThat(documentation).contains(
                "```yaml\n" + Files.readString(Path.of("src", "test", "resources", "shop.yml")) + "```");
    }
}
