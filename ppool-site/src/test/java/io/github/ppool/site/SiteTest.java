package io.github.ppool.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The site is built from the pages of the repository, and each of its links leads somewhere. */
class SiteTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern ADDRESS = Pattern.compile("(?:href|src)=\"([^\"]*)\"");
    private static final Pattern ID = Pattern.compile(" id=\"([^\"]+)\"");

    @TempDir
    private Path folder;

    @Test
    void each_link_of_the_pages_leads_to_a_page_a_heading_or_a_file_and_the_index_has_each_page() throws IOException {
        assertThat(new Site(ROOT).faults()).isEmpty();
    }

    @Test
    void each_link_of_the_site_leads_to_a_file_and_an_id() throws IOException {
        new Site(ROOT).write(folder, "1.2.3", false);
        Map<Path, Set<String>> ids = new HashMap<>();
        List<Path> pages;
        try (Stream<Path> files = Files.walk(folder)) {
            pages = files.filter(file -> file.toString().endsWith(".html")).toList();
        }
        for (Path page : pages) {
            ids.put(page, ID.matcher(Files.readString(page)).results().map(id -> id.group(1))
                    .collect(Collectors.toCollection(HashSet::new)));
        }
        List<String> dead = new ArrayList<>();
        int links = 0;
        for (Path page : pages) {
            for (MatchResult address : ADDRESS.matcher(Files.readString(page)).results().toList()) {
                String link = address.group(1).replace("&amp;", "&");
                if (link.matches("[a-z]+:.*")) {
                    continue;
                }
                links++;
                int hash = link.indexOf('#');
                String path = hash < 0 ? link : link.substring(0, hash);
                Path target = path.isEmpty() ? page : page.resolveSibling(path).normalize();
                boolean there = Files.isRegularFile(target)
                        && (hash < 0 || ids.getOrDefault(target, Set.of()).contains(link.substring(hash + 1)));
                if (!there) {
                    dead.add(folder.relativize(page) + ": " + link);
                }
            }
        }
        assertThat(dead).isEmpty();
        assertThat(pages).hasSizeGreaterThan(90);
        assertThat(links).isGreaterThan(5000);
        assertThat(folder.resolve("index.html")).content().contains("1.2.3", "The documentation of ppool");
        assertThat(folder.resolve("search-index.js")).content().startsWith("window.ppoolSearch=[")
                .contains("how-to/size-a-pool.html#");
    }

    @Test
    void a_link_that_leads_nowhere_is_a_fault_and_so_is_a_page_that_no_section_has() throws IOException {
        Path docs = Files.createDirectories(folder.resolve("docs"));
        Files.writeString(docs.resolve("README.md"), "# All\n\n## Start\n\n- [One](one.md)\n");
        Files.writeString(docs.resolve("one.md"), """
                # One

                [good](#two), [good](README.md#start), [no heading](#three), [no file](four.md),
                [outside](../../five.md), ![no picture](six.svg), [the web](https://example.org/none)

                ## Two
                """);
        Files.writeString(docs.resolve("lost.md"), "# Lost\n");
        assertThat(new Site(folder).faults()).containsExactlyInAnyOrder(
                "docs/lost.md: no section of docs/README.md has the page",
                "docs/one.md: there is no heading #three",
                "docs/one.md: there is no file four.md",
                "docs/one.md: there is no file ../../five.md",
                "docs/one.md: there is no file six.svg");
    }

    @Test
    void an_index_that_names_a_page_that_is_not_there_and_a_page_without_a_heading_are_refused() throws IOException {
        Path docs = Files.createDirectories(folder.resolve("docs"));
        Files.writeString(docs.resolve("README.md"), "# All\n\n## Start\n\n- [One](one.md)\n");
        assertThatIllegalArgumentException().isThrownBy(() -> new Site(folder))
                .withMessage("the index docs/README.md must name pages that exist, got: docs/one.md");
        Files.writeString(docs.resolve("one.md"), "no heading\n");
        assertThatIllegalArgumentException().isThrownBy(() -> new Site(folder))
                .withMessage("a page must begin with a heading of level 1: docs/one.md");
    }

    @Test
    void anchors_are_those_of_github() {
        Slugs slugs = new Slugs();
        assertThat(slugs.next("When a worker can't be made")).isEqualTo("when-a-worker-cant-be-made");
        assertThat(slugs.next("backoff FROM..TO xFACTOR jitter PERCENT%: growing delays"))
                .isEqualTo("backoff-fromto-xfactor-jitter-percent-growing-delays");
        assertThat(slugs.next("reset-after")).isEqualTo("reset-after");
        assertThat(slugs.next("reset-after")).isEqualTo("reset-after-1");
        assertThat(slugs.next("Größe")).isEqualTo("größe");
    }

    @Test
    void comments_are_left_out_and_text_is_escaped() {
        Page page = Page.of("docs/a.md", "a.html", """
                # A & <b>

                <!-- from SomeTest: x -->
                ```java
                List<String> a = b && c;
                ```

                | `a|b` | 2 |
                |---|---|
                | <sub>1</sub> | <!-- note --> |
                """);
        String html = Markdown.html(page.document(), page.ids());
        assertThat(html).doesNotContain("SomeTest").contains("List&lt;String&gt; a = b &amp;&amp; c;", "<sub>1</sub>");
        assertThat(Layout.escaped("\"<&>\"")).isEqualTo("&quot;&lt;&amp;&gt;&quot;");
    }
}
