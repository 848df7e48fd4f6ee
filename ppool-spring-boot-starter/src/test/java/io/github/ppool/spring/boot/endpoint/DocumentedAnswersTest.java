package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
    private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":");

    @Test
    void each_answer_about_a_pool_has_all_figures_of_its_workers() throws IOException {
        List<String> figures = Stream.of(PoolDescriptor.Workers.class.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
        assertThat(shown("spring-boot.md")).isNotEmpty().allMatch(figures::equals);
        assertThat(shown("sample-tour.md")).isNotEmpty().allMatch(figures::equals);
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
