package io.github.ppool.pool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The overview of the engine, in its package comment, is one of all files. */
class EngineOverviewTest {

    private static final Path ENGINE = Path.of("src/main/java/io/github/ppool/pool/engine");
    private static final String OVERVIEW = "package-info.java";
    private static final Pattern NAMED = Pattern.compile("\\{@code (\\w+)}");

    @Test
    void each_file_of_the_engine_stands_once_in_the_overview() throws IOException {
        String comment = Files.readString(ENGINE.resolve(OVERVIEW));
        String subjects = comment.substring(comment.indexOf("The files by subject"), comment.indexOf("</ul>"));
        List<String> named = NAMED.matcher(subjects).results().map((MatchResult each) -> each.group(1)).toList();
        assertThat(named).containsExactlyInAnyOrderElementsOf(files());
    }

    private static List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(ENGINE)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java") && !name.equals(OVERVIEW))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .toList();
        }
    }
}
