package io.github.ppool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each decision record opens with a title and a summary of two lines, and the index has them all. */
class DecisionsTest {

    private static final Path RECORDS = Path.of("..", "docs", "adr");
    private static final Pattern OPENING = Pattern
            .compile("# (\\d+)\\. ([^\\n]+)\\n\\n> ([^\\n]{20,118})\\n> [^\\n]{20,118}\\n\\nAccepted, 20\\d\\d-");

    private static List<Path> records() throws IOException {
        try (Stream<Path> files = Files.list(RECORDS)) {
            return files.filter(file -> file.getFileName().toString().matches("\\d{4}-.*\\.md")).sorted().toList();
        }
    }

    private static Matcher opening(Path record) throws IOException {
        Matcher opening = OPENING.matcher(Files.readString(record));
        assertThat(opening.lookingAt())
                .as("%s begins with its number and title, a summary of two lines, a date", record)
                .isTrue();
        return opening;
    }

    @Test
    void a_record_has_the_number_of_its_file_a_title_and_a_summary_of_two_lines() throws IOException {
        for (Path record : records()) {
            assertThat(record.getFileName().toString()).startsWith(String.format("%04d-", number(opening(record))));
        }
        assertThat(records()).hasSizeGreaterThan(30);
    }

    private static int number(Matcher opening) {
        return Integer.parseInt(opening.group(1));
    }

    @Test
    void the_index_has_each_record_with_its_title_and_the_first_line_of_its_summary() throws IOException {
        StringBuilder table = new StringBuilder("| | decision | summary |\n|---|---|---|\n");
        for (Path record : records()) {
            Matcher opening = opening(record);
            table.append(String.format("| %d | [%s](%s) | %s |%n", number(opening), opening.group(2),
                    record.getFileName(), opening.group(3)));
        }
        String index = Files.readString(RECORDS.resolve("README.md"));
        assertThat(index.substring(index.indexOf("| | "))).isEqualTo(table.toString());
    }
}
