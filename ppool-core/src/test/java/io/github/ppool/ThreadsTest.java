package io.github.ppool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The threads that the library makes. None inherits the thread-locals of the thread that happens to need it first: that
 * thread is often one of the application, and its transaction, user or trace would live on elsewhere.
 */
class ThreadsTest {

    private static final Pattern MADE = Pattern.compile("Thread\\s*\\.of(?:Platform|Virtual)\\(\\)[^;:]*");
    private static final Pattern OTHERWISE = Pattern
            .compile("new Thread\\(|Executors\\.new|Thread\\.startVirtualThread");

    private static final Pattern MODULES = Pattern.compile("<modules>(.*?)</modules>", Pattern.DOTALL);
    private static final Pattern MODULE = Pattern.compile("<module>([\\w-]+)</module>");

    /** The modules of each build, which the pom names first. Those of its profiles are tools of this project. */
    private static List<String> modules() throws IOException {
        Matcher always = MODULES.matcher(Files.readString(Path.of("..", "pom.xml")));
        assertThat(always.find()).isTrue();
        List<String> modules = MODULE.matcher(always.group(1)).results().map(module -> module.group(1)).toList();
        assertThat(modules).contains("ppool-core", "ppool-durable", "ppool-observer")
                .doesNotContain("ppool-stress", "ppool-benchmarks");
        return modules;
    }

    private static List<Path> sources() throws IOException {
        List<Path> all = new ArrayList<>();
        for (String module : modules()) {
            Path main = Path.of("..", module, "src", "main");
            if (!Files.exists(main)) { // the BOM
                continue;
            }
            try (Stream<Path> files = Files.walk(main)) {
                files.filter(file -> file.toString().matches(".*\\.(java|kt)")).forEach(all::add);
            }
        }
        return all;
    }

    @Test
    void no_thread_inherits_the_thread_locals_of_another() throws IOException {
        List<String> found = new ArrayList<>();
        List<String> inheriting = new ArrayList<>();
        for (Path file : sources()) {
            String text = Files.readString(file);
            for (Matcher made = MADE.matcher(text); made.find();) {
                found.add(file + ": " + made.group());
                if (!made.group().contains(".inheritInheritableThreadLocals(false)")) {
                    inheriting.add(file + ": " + made.group());
                }
            }
        }
        assertThat(found).as("threads that are made").hasSizeGreaterThan(10);
        assertThat(inheriting).isEmpty();
    }

    @Test
    void threads_are_made_by_builders_only() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : sources()) {
            for (Matcher made = OTHERWISE.matcher(Files.readString(file)); made.find();) {
                found.add(file + ": " + made.group());
            }
        }
        assertThat(found).isEmpty();
    }
}
