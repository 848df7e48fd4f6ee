package io.github.ppool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.Prose.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The English of the repository: each sentence has a named subject and at most {@value Prose#WORDS} words, each line at
 * most {@value LongLines#COLUMNS} columns.
 */
class LanguageTest {

    private static final Path ROOT = Path.of("..");
    /** Findings of an area that a failure shows. */
    private static final int SHOWN = 40;

    /** Headless pronouns in 1,000 words that each area must stay below. */
    private static final double PRONOUNS = 3.0;

    /** A part of the repository. */
    private enum Area {
        FOUNDATIONS(Text.JAVADOC, "ppool-core/src/main/java/module-info.java", core("package-info.java"), core("guard"),
                core("time")),
        PROCESSES(Text.JAVADOC, core("process"), core("genserver")),
        SUPERVISION(Text.JAVADOC, core("restart"), core("supervisor")),
        POOL(Text.JAVADOC, core("concurrent"), core("pool"), core("port")),
        STARTER(Text.JAVADOC, "ppool-spring-boot-starter/src/main"),
        CLUSTER(Text.JAVADOC, "ppool-cluster/src/main"),
        DURABLE(Text.JAVADOC, "ppool-durable/src/main"),
        REACTOR(Text.JAVADOC, "ppool-reactor/src/main"),
        KOTLIN(Text.JAVADOC, "ppool-kotlin/src/main"),
        COMMONS_POOL(Text.JAVADOC, "ppool-commons-pool2/src/main"),
        OBSERVER(Text.JAVADOC, "ppool-observer/src/main"),
        TEST_MODULE(Text.JAVADOC, "ppool-test/src/main"),
        SAMPLE(Text.JAVADOC, "ppool-sample-app/src/main"),
        STRESS(Text.JAVADOC, "ppool-stress/src/main"),
        BENCHMARKS(Text.JAVADOC, "ppool-benchmarks/src/main"),
        SITE(Text.JAVADOC, "ppool-site/src/main"),
        TESTS(Text.JAVADOC, everyModule("src/test"), everyModule("src/test-shared")),
        COMMENTS(Text.COMMENTS, everyModule("src/main")),
        COMMENTS_OF_TESTS(Text.COMMENTS, everyModule("src/test"), everyModule("src/test-shared")),
        PAGES(Text.PAGES, "README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/*"),
        TUTORIALS(Text.PAGES, "docs/start"),
        CONCEPTS(Text.PAGES, "docs/concepts"),
        HOW_TOS(Text.PAGES, "docs/how-to"),
        REFERENCE(Text.PAGES, "docs/reference"),
        EXPLANATIONS(Text.PAGES, "docs/explanation"),
        RESULTS(Text.PAGES, "ppool-benchmarks/README.md", "docs/benchmarks"),
        DECISIONS(Text.PAGES, "docs/adr"),
        TITLES_OF_DECISIONS(Text.TITLES, "docs/adr");

        private final Text text;
        private final List<String> places;

        Area(Text text, String... places) {
            this.text = text;
            this.places = List.of(places);
        }

        private static String core(String name) {
            return "ppool-core/src/main/java/io/github/ppool/" + name;
        }

        private static String everyModule(String folder) {
            return "*/" + folder;
        }

        private List<Prose> prose() {
            return files().map(text::read).toList();
        }

        private List<Path> files(String place) {
            if (place.startsWith("*/")) {
                return modules().map(module -> module.resolve(place.substring(2))).filter(Files::isDirectory)
                        .flatMap(folder -> find(folder, Integer.MAX_VALUE, text.endings).stream()).toList();
            }
            if (place.endsWith("/*")) {
                return find(ROOT.resolve(place.substring(0, place.length() - 2)), 1, text.endings);
            }
            Path path = ROOT.resolve(place);
            assertThat(path).exists();
            return Files.isRegularFile(path) ? List.of(path) : find(path, Integer.MAX_VALUE, text.endings);
        }

        private Stream<Path> files() {
            return places.stream().flatMap(place -> files(place).stream());
        }
    }

    /** A kind of text, and the files that have it. */
    private enum Text {
        JAVADOC(Prose::ofJavadoc, ".java", ".kt"),
        COMMENTS(Prose::ofComments, ".java", ".kt"),
        PAGES(Prose::ofPage, ".md"),
        TITLES(Prose::titleOf, ".md");

        private final Function<Path, Prose> reader;
        private final List<String> endings;
        /** Each file is read once for all tests, which may run beside each other. */
        private final Map<Path, Prose> read = new ConcurrentHashMap<>();

        Text(Function<Path, Prose> reader, String... endings) {
            this.reader = reader;
            this.endings = List.of(endings);
        }

        private Prose read(Path file) {
            return read.computeIfAbsent(file, reader);
        }
    }

    private static Stream<Path> modules() {
        try (Stream<Path> folders = Files.list(ROOT)) {
            return folders.filter(folder -> Files.isRegularFile(folder.resolve("pom.xml"))).sorted().toList().stream();
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private static List<Path> find(Path folder, int depth, List<String> endings) {
        try (Stream<Path> files = Files.walk(folder, depth)) {
            return files.filter(file -> endings.stream().anyMatch(file.toString()::endsWith)).sorted().toList();
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    @ParameterizedTest
    @EnumSource(Area.class)
    void sentences_have_named_subjects(Area area) {
        assertFewPronouns(area.toString(), area.prose());
    }

    /** A good area must not hide a bad one: the three kinds of text are measured as a whole, too. */
    @ParameterizedTest
    @EnumSource(Text.class)
    void sentences_of_the_whole_repository_have_named_subjects(Text text) {
        assertFewPronouns("all " + text, Stream.of(Area.values()).filter(area -> area.text == text)
                .flatMap(area -> area.prose().stream()).toList());
    }

    private static void assertFewPronouns(String what, List<Prose> prose) {
        int words = prose.stream().mapToInt(Prose::words).sum();
        List<Finding> pronouns = prose.stream().flatMap(file -> file.pronouns().stream()).toList();
        assertThat(words).as("words of %s", what).isPositive();
        assertThat(1000.0 * pronouns.size() / words).as("%s: headless pronouns in 1,000 words (%d in %d)%n%s", what,
                pronouns.size(), words, worst(pronouns)).isLessThan(PRONOUNS);
    }

    @Test
    void titles_of_decisions_have_no_headless_pronoun() {
        assertThat(Area.TITLES_OF_DECISIONS.prose()).isNotEmpty()
                .allSatisfy(title -> assertThat(title.pronouns()).isEmpty());
    }

    @ParameterizedTest
    @EnumSource(Area.class)
    void sentences_are_short(Area area) {
        List<Finding> sentences = area.prose().stream().flatMap(file -> file.longSentences().stream()).toList();
        assertThat(sentences).as("%s: sentences of more than %d words%n%s", area, Prose.WORDS, worst(sentences))
                .isEmpty();
    }

    /** The files with the most findings first. */
    private static String worst(List<Finding> findings) {
        List<Finding> sorted = new ArrayList<>(findings);
        sorted.sort(Comparator.comparingLong(
                finding -> -findings.stream().filter(other -> other.file().equals(finding.file())).count()));
        StringBuilder text = new StringBuilder();
        sorted.stream().limit(SHOWN).forEach(finding -> text.append("  ").append(finding).append('\n'));
        return sorted.size() <= SHOWN
                ? text.toString()
                : text + String.format(Locale.ROOT, "  and %d more", sorted.size() - SHOWN);
    }

    @Test
    void each_source_file_and_each_page_is_in_an_area() {
        List<Path> sources = modules().map(module -> module.resolve("src")).filter(Files::isDirectory)
                .flatMap(folder -> find(folder, Integer.MAX_VALUE, Text.JAVADOC.endings).stream()).toList();
        assertIsCovered(sources, Text.JAVADOC);
        assertIsCovered(sources, Text.COMMENTS);
        assertIsCovered(find(ROOT.resolve("docs"), Integer.MAX_VALUE, Text.PAGES.endings), Text.PAGES);
    }

    private static void assertIsCovered(List<Path> files, Text text) {
        Set<Path> covered = Stream.of(Area.values()).filter(area -> area.text == text).flatMap(Area::files)
                .collect(Collectors.toSet());
        assertThat(files).isNotEmpty().isSubsetOf(covered);
    }

    @Test
    void lines_fit_into_120_columns() throws IOException {
        List<Finding> longLines = LongLines.below(ROOT);
        assertThat(longLines).as("lines of more than %d columns%n%s", LongLines.COLUMNS, worst(longLines)).isEmpty();
    }
}
