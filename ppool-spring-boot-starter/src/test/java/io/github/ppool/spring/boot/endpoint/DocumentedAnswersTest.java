package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The answers of the endpoint that the documentation shows have the fields that the endpoint has. */
class DocumentedAnswersTest {

    private static final Pattern WORKERS = Pattern.compile("\"workers\": ?\\{([^}]*)}");
    private static final Pattern TABLE = Pattern
            .compile("(?<=\\| field of a child \\| \\|\n\\|---\\|---\\|\n)(\\|.*\n)+");
    private static final Pattern CODE = Pattern.compile("`(\\w+)`");
    private static final Pattern PAGE = Pattern.compile("\\{\\s*\"pool\": ?\"\\w+\", ?\"total\".*?(?=\n\\$|\n```)",
            Pattern.DOTALL);
    private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":");

    @Test
    void each_answer_about_a_pool_has_all_figures_of_its_workers() throws IOException {
        List<String> figures = Stream.of(PoolDescriptor.Workers.class.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
        assertThat(shown("reference/endpoint.md")).isNotEmpty().allMatch(figures::equals);
        assertThat(shown("sample-tour.md")).isNotEmpty().allMatch(figures::equals);
    }

    @Test
    void the_table_of_a_childs_fields_has_those_that_there_are() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "reference", "endpoint.md"));
        String table = matches(TABLE, page).map(MatchResult::group).findFirst().orElseThrow();
        List<String> named = table.lines()
                .flatMap(row -> matches(CODE, row.split("\\|")[1]).map(code -> code.group(1)))
                .toList();
        assertThat(named).isEqualTo(components(ChildDescriptor.class));
    }

    @Test
    void each_page_of_children_that_is_shown_has_the_fields_that_there_are() throws IOException {
        List<String> pages = Stream.of("reference/endpoint.md", "sample-tour.md").map(DocumentedAnswersTest::read)
                .toList();
        assertThat(pages).allSatisfy(page -> assertThat(matches(PAGE, page)
                .flatMap(shown -> matches(FIELD, shown.group()).map(field -> field.group(1))))
                .isNotEmpty()
                .isSubsetOf(Stream.concat(
                        components(ChildrenDescriptor.class).stream(), components(ChildDescriptor.class).stream())
                        .toList()));
    }

    private static String read(String page) {
        try {
            return Files.readString(Path.of("..", "docs", page));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static List<String> components(Class<?> type) {
        return Stream.of(type.getRecordComponents()).map(RecordComponent::getName).toList();
    }

    private static List<List<String>> shown(String page) throws IOException {
        return matches(WORKERS, Files.readString(Path.of("..", "docs", page)))
                .map(workers -> matches(FIELD, workers.group(1)).map(field -> field.group(1)).toList())
                .toList();
    }

    private static Stream<MatchResult> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results();
    }
}
