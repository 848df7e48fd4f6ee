package io.github.ppool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.Prose.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lines that {@link LongLines} finds, and those that it lets pass. */
class LongLinesTest {

    private static final String WORDS = "word ".repeat(25);

    @TempDir
    Path folder;

    private void write(String file, String... lines) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, String.join("\n", lines));
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "A.java", "a.kt", "a.py", "a.js", "a.css", "a.html", "a.md", "a.xml", "a.yml", "a.sql", "a.escript",
            ".ci/run", "docs/adr/0001.md"})
    void finds_a_long_line_of_words_in_each_kind(String file) throws IOException {
        write(file, "short", WORDS);
        assertThat(LongLines.below(folder)).singleElement()
                .returns(folder.resolve(file), Finding::file)
                .returns(2, Finding::line);
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "a.svg", "a.json", "a.csv", "target/A.java", "CHANGELOG.md", "docs/benchmarks/results.md",
            "ppool-core/src/test/resources/conformance/README.md"})
    void leaves_out_data_and_written_pages(String file) throws IOException {
        write(file, WORDS);
        assertThat(LongLines.below(folder)).isEmpty();
    }

    @Test
    void a_line_of_120_columns_is_not_long_and_a_character_of_two_units_is_one_column() throws IOException {
        write("A.java", "a b" + "x".repeat(117), "a b" + "\uD83D\uDE00".repeat(117));
        assertThat(LongLines.below(folder)).isEmpty();
        write("A.java", "a b" + "x".repeat(118));
        assertThat(LongLines.below(folder)).hasSize(1);
    }

    @Test
    void lets_rows_of_tables_and_code_pass_in_markdown_only() throws IOException {
        write("a.md", "| " + WORDS, "![" + WORDS, "    " + WORDS,
                "<!-- from src/" + "x".repeat(120) + "Test.java: region -->", "```", WORDS, "```");
        assertThat(LongLines.below(folder)).isEmpty();
        write("a.md", "```", WORDS, "```", WORDS);
        assertThat(LongLines.below(folder)).singleElement().returns(4, Finding::line);
        write("a.md");
        write("A.java", "    | " + WORDS);
        assertThat(LongLines.below(folder)).hasSize(1);
    }

    @Test
    void lets_a_line_without_a_blank_pass() throws IOException {
        write("a.xml", "   <a>" + "x".repeat(130) + "</a>", "  <arg>" + WORDS + "</arg>",
                "  <name>" + WORDS + "</name>");
        assertThat(LongLines.below(folder)).singleElement().returns(3, Finding::line);
    }
}
