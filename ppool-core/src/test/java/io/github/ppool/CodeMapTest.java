package io.github.ppool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** CONTRIBUTING.md says where things are; the types and members of that map exist. */
class CodeMapTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern NAME = Pattern.compile("`([A-Z]\\w+)(?:\\.(\\w+))?`");

    @Test
    void each_type_and_member_of_the_map_exists() throws IOException {
        String page = Files.readString(ROOT.resolve("CONTRIBUTING.md"));
        String map = page.substring(page.indexOf("## Where things are\n"), page.indexOf("## Easy to get wrong\n"));
        List<MatchResult> names = NAME.matcher(map).results().toList();
        assertThat(names).hasSizeGreaterThan(20);
        for (MatchResult name : names) {
            Path file = source(name.group(1) + ".java");
            if (name.group(2) != null) {
                String end = Character.isUpperCase(name.group(2).charAt(0)) ? "\\b" : "\\(";
                assertThat(Files.readString(file)).as("%s", file).containsPattern("\\b" + name.group(2) + end);
            }
        }
    }

    private static Path source(String file) throws IOException {
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path sources : modules.map(module -> module.resolve("src")).filter(Files::isDirectory).toList()) {
                try (Stream<Path> files = Files.walk(sources)) {
                    List<Path> found = files.filter(path -> path.endsWith(file)).toList();
                    if (!found.isEmpty()) {
                        return found.getFirst();
                    }
                }
            }
        }
        throw new AssertionError("there is no " + file);
    }
}
