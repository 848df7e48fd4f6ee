package io.github.ppool.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.site.LogLines.LogLine;
import io.github.ppool.site.Refusals.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The page of error messages has each message that an exception of the published modules has: in its list from A to Z,
 * by one of its rules, or by the class of its exception. It has each warning and error of the log. And it has no other
 * ones.
 */
class ErrorMessagesTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path PAGE = ROOT.resolve("docs/reference/errors.md");
    private static final String LOG = "Lines of the log";
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\| ([^|]+) \\| (.+) \\|$");

    /** A row: a message or an ending of messages, an exception or a level, and the cause with the cure. */
    record Row(String message, String exception, String cure) {
    }

    private static List<Row> rows(String heading) throws IOException {
        String page = Files.readString(PAGE);
        assertThat(page).contains("\n## " + heading + "\n");
        String section = page.substring(page.indexOf("\n## " + heading + "\n") + 4);
        int end = section.indexOf("\n## ");
        return ROW.matcher(end < 0 ? section : section.substring(0, end)).results()
                .map(row -> new Row(row.group(1), row.group(2).replace("`", "").strip(), row.group(3)))
                .toList();
    }

    /** Matches the messages that have the words: each {@code …} stands for any text, and so do the two ends. */
    private static Pattern pattern(String words) {
        return Pattern.compile(".*" + Pattern.compile("…").splitAsStream(words).map(Pattern::quote)
                .collect(Collectors.joining(".*")) + ".*");
    }

    @Test
    void each_message_of_an_exception_is_on_the_page() throws IOException {
        List<Pattern> rules = rows("Rules").stream().map(row -> pattern(row.message())).toList();
        List<Row> classes = rows("Exceptions that explain themselves");
        Set<String> known = rows("A to Z").stream().map(Row::message).collect(Collectors.toCollection(TreeSet::new));
        List<String> missing = new ArrayList<>();
        for (Refusal refusal : Refusals.of(ROOT)) {
            boolean explained = known.contains(refusal.message())
                    || classes.stream().anyMatch(row -> row.message().equals(refusal.exception()))
                    || rules.stream().anyMatch(rule -> rule.matcher(refusal.message()).matches());
            if (!explained) {
                missing.add("| `" + refusal.message() + "` | `" + refusal.exception() + "` | " + refusal.file() + " |");
            }
        }
        missing.sort(Comparator.naturalOrder());
        assertThat(missing).as("messages without a row in docs/reference/errors.md; each needs its cause and its cure:"
                + "%n%s%n", String.join("\n", missing)).isEmpty();
    }

    @Test
    void each_row_is_a_message_of_that_exception() throws IOException {
        List<Refusal> refusals = Refusals.of(ROOT);
        Set<String> messages = refusals.stream().map(refusal -> refusal.message() + " | " + refusal.exception())
                .collect(Collectors.toCollection(TreeSet::new));
        List<Row> rows = rows("A to Z");
        assertThat(rows).hasSizeGreaterThan(80);
        List<String> listed = rows.stream().map(row -> row.message() + " | " + row.exception()).toList();
        assertThat(listed).doesNotHaveDuplicates();
        assertThat(listed.stream().filter(row -> !messages.contains(row)).toList())
                .as("rows of docs/reference/errors.md that no code has any more").isEmpty();
        for (Row rule : rows("Rules")) {
            Pattern words = pattern(rule.message());
            assertThat(refusals.stream().anyMatch(refusal -> words.matcher(refusal.message()).matches()))
                    .as("a message has the rule '%s'", rule.message()).isTrue();
        }
        for (Row type : rows("Exceptions that explain themselves")) {
            assertThat(refusals.stream().anyMatch(refusal -> refusal.exception().equals(type.message())))
                    .as("there is the exception %s", type.message()).isTrue();
        }
        for (String heading : List.of("Rules", "Exceptions that explain themselves", "A to Z")) {
            assertThat(rows(heading)).allSatisfy(row -> assertThat(row.cure()).hasSizeGreaterThan(20));
        }
    }

    @Test
    void each_warning_and_error_of_the_log_is_on_the_page_with_its_level_and_no_other_one() throws IOException {
        Set<String> written = LogLines.of(ROOT).stream().map(ErrorMessagesTest::row)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(written).hasSizeGreaterThan(60);
        List<Row> rows = rows(LOG);
        List<String> listed = rows.stream().map(row -> row(new LogLine(row.message(), row.exception(), ""))).toList();
        assertThat(listed).doesNotHaveDuplicates();
        assertThat(written.stream().filter(line -> !listed.contains(line)).toList())
                .as("lines of the log without a row in docs/reference/errors.md; each needs its cause and its cure")
                .isEmpty();
        assertThat(listed.stream().filter(line -> !written.contains(line)).toList())
                .as("lines of the log in docs/reference/errors.md that no code has any more").isEmpty();
        assertThat(rows).allSatisfy(row -> assertThat(row.cure()).hasSizeGreaterThan(20));
    }

    private static String row(LogLine line) {
        return "| `" + line.message() + "` | " + line.level() + " |";
    }

    @Test
    void the_messages_are_in_the_order_of_the_alphabet() throws IOException {
        for (String heading : List.of("A to Z", LOG)) {
            assertThat(rows(heading).stream().map(row -> letters(row.message())).toList()).isSorted();
        }
    }

    /** Sorted by its first word: a part that differs, and quotation marks, are no letters. */
    static String letters(String message) {
        return message.replaceAll("[^A-Za-z0-9 ]", "").strip().replaceAll(" +", " ").toLowerCase(Locale.ROOT);
    }
}
