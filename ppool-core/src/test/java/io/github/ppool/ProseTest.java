package io.github.ppool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.Prose.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The measure of {@link LanguageTest} itself. */
class ProseTest {

    @TempDir
    Path folder;

    private Prose prose(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        return name.endsWith(".md") ? Prose.ofPage(file) : Prose.ofJavadoc(file);
    }

    private Prose comments(String text) throws IOException {
        return Prose.ofComments(Files.writeString(folder.resolve("Comments.java"), text));
    }

    private static String words(int count) {
        return "word ".repeat(count);
    }

    @Test
    void javadoc_is_prose_and_code_is_none() throws IOException {
        Prose prose = prose("A.java", """
                /** Says who asks. */
                class A {
                    // Whoever reads this reads a comment of the code.
                    String nobody = "who knows";
                    /**
                     * Tells {@code what} the {@linkplain Object whose label} is; see {@link String#isEmpty()}.
                     * {@snippet :
                     * who.run(() -> { what(); });
                     * }
                     * <pre>somebody</pre> prints "no one is here".
                     *
                     * @param who  the caller
                     * @return the result, or null if nobody waits
                     */
                    String b(String who) {
                        return who;
                    }
                }
                """);
        assertThat(prose.pronouns()).extracting(Finding::line).containsExactly(1, 6, 13);
        assertThat(prose.words()).isEqualTo(22);
    }

    @Test
    void signs_of_comments_in_literals_begin_none() throws IOException {
        Prose prose = prose("A.java", """
                class A {
                    String pattern = "/**";
                    char quote = '"';
                    String text = \"""
                            /** who */ "what" \\\""" // nobody
                            \""";
                    String who = "\\"/*"; // whose
                    /** Words */
                }
                """);
        assertThat(prose.pronouns()).isEmpty();
        assertThat(prose.words()).isEqualTo(1);
    }

    @Test
    void comments_of_the_code_are_prose_of_their_own() throws IOException {
        Prose prose = comments("""
                /** Who reads Javadoc. */
                class A {
                    // region what
                    /* Whoever reads. */
                    String address = "http://who"; // nobody "knows who"
                    // end region
                }
                """);
        assertThat(prose.pronouns()).extracting(Finding::line).containsExactly(4, 5);
        assertThat(prose.words()).isEqualTo(4);
        String half = "    // " + words(16).strip() + "\n";
        assertThat(comments(half + half).longSentences()).hasSize(1);
        assertThat(comments(half + "\n" + half).longSentences()).isEmpty();
    }

    @Test
    void the_text_of_a_page_is_prose_and_its_code_links_and_quotations_are_none() throws IOException {
        Prose prose = prose("a.md", """
                # What it is

                It says "who waits" and `whoever` in the [log of somebody](who.md#what).
                <!-- from who -->
                ```java
                what();
                ```

                    nobody indented

                | who | |
                |---|---|
                | a | everyone |
                """);
        assertThat(prose.pronouns()).extracting(Finding::line).containsExactly(1, 3, 11, 13);
    }

    @Test
    void a_title_is_the_first_line_of_a_page() throws IOException {
        for (String rest : List.of("", "\nwho\n", "\n\n> whose\n\n# What\n")) {
            Path page = Files.writeString(folder.resolve("title.md"), "# 7. A title of nothing" + rest);
            Prose title = Prose.titleOf(page);
            assertThat(title.words()).as(rest).isEqualTo(5);
            assertThat(title.pronouns()).as(rest).extracting(Finding::line).containsExactly(1);
        }
    }

    @Test
    void a_sentence_ends_at_punctuation_and_at_the_end_of_its_block() throws IOException {
        assertThat(prose("long.md", words(16) + "\n" + words(15) + "\n").longSentences()).hasSize(1)
                .first().satisfies(found -> assertThat(found.line()).isEqualTo(1));
        for (String end : List.of(".\n", "; ", ": ", "?\n", "\n\n", "\n- ", "\n\n# Head\n")) {
            assertThat(prose("short.md", words(16).strip() + end + words(15)).longSentences()).as(end).isEmpty();
        }
        assertThat(prose("A.java", "/**\n * " + words(16) + "\n * @return " + words(16) + "\n */").longSentences())
                .isEmpty();
        assertThat(prose("A.java", "/**\n * " + words(16) + "\n * " + words(16) + "\n */").longSentences())
                .hasSize(1);
    }
}
