package io.github.ppool.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Each block of Java in the folders of the documentation is a region of a test that runs, or a file of a tutorial that
 * {@link TutorialsTest} runs. The comment before the block says which one.
 */
class SnippetsTest {

    private static final Path ROOT = Path.of("..");
    private static final List<String> FOLDERS = List.of("start", "concepts", "how-to", "reference", "explanation");
    private static final Pattern SNIPPET = Pattern.compile("<!-- from (\\S+): ([\\w-]+) -->\n```java\n(.*?)\n?```\n",
            Pattern.DOTALL);

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (String folder : FOLDERS) {
            try (Stream<Path> files = Files.walk(ROOT.resolve("docs").resolve(folder))) {
                files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
            }
        }
        return pages;
    }

    /** A region is between {@code // region NAME} and {@code // end}, or between tags as those of Asciidoctor. */
    private static String region(Path file, String name) throws IOException {
        String begin = "(?:region " + name + "|tag::" + name + "\\[])";
        List<MatchResult> regions = Pattern.compile("(?s) *// " + begin + "\n(.*?)\n *// end")
                .matcher(Files.readString(file)).results().toList();
        assertThat(regions).as("regions %s of %s", name, file).hasSize(1);
        return regions.getFirst().group(1).stripIndent().stripTrailing();
    }

    @Test
    void each_block_of_java_is_a_region_of_a_test() throws IOException {
        int snippets = 0;
        for (Path page : pages()) {
            String text = Files.readString(page);
            for (MatchResult snippet : SNIPPET.matcher(text).results().toList()) {
                assertThat(snippet.group(1)).as("source of a snippet of %s", page).contains("/src/test/");
                assertThat(snippet.group(3)).as("%s: %s", page, snippet.group(2))
                        .isEqualTo(region(ROOT.resolve(snippet.group(1)), snippet.group(2)));
                snippets++;
            }
            long blocks = Pattern.compile("(?m)^```java$").matcher(text).results().count();
            long regions = SNIPPET.matcher(text).results().count();
            long files = Pattern.compile("<!-- file \\S+ -->\n```java\n").matcher(text).results().count();
            assertThat(blocks).as("blocks of Java on %s", page).isEqualTo(regions + files);
        }
        assertThat(snippets).isGreaterThan(8);
    }

    /**
     * A reader copies a class of a page into a file of its own. Spring then names the bean after the class, and that
     * must not be the name of the pool, tree or specification beside it.
     */
    @Test
    void a_bean_of_a_page_has_another_name_than_the_pools_of_that_page() throws IOException {
        Pattern component = Pattern.compile("@(?:Component|Service|Controller|RestController|Configuration)\\b[^{]*?"
                + "\\bclass (\\w)(\\w*)");
        List<Path> pages = new ArrayList<>(pages());
        try (Stream<Path> others = Files.list(ROOT.resolve("docs"))) {
            others.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        pages.add(ROOT.resolve("README.md"));
        int beans = 0;
        for (Path page : pages) {
            String text = Files.readString(page);
            for (MatchResult found : component.matcher(text).results().toList()) {
                String bean = found.group(1).toLowerCase(Locale.ROOT) + found.group(2);
                // a pool of settings, a name in quotes, a tree, a pool in code
                Pattern taken = Pattern.compile("(?m)^(?: {2}| {4})" + bean + ":|\"" + bean + "\"|SupervisorSpec "
                        + bean + "\\(|PoolSpec<.*> " + bean + "(?:Spec)?\\(");
                assertThat(taken.matcher(text).results().map(MatchResult::group).toList())
                        .as("other uses of the name of the bean '%s' on %s", bean, page).isEmpty();
                beans++;
            }
        }
        assertThat(beans).isGreaterThan(8);
    }

    @Test
    void each_region_of_the_how_tos_is_on_a_page() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path page : pages()) {
            all.append(Files.readString(page));
        }
        Path source = Path.of("src/test/java/io/github/ppool/site/HowToTest.java");
        List<MatchResult> regions = Pattern.compile("// region ([\\w-]+)\n").matcher(Files.readString(source)).results()
                .toList();
        assertThat(regions).isNotEmpty().allSatisfy(
                region -> assertThat(all).contains("HowToTest.java: " + region.group(1) + " -->"));
    }
}
