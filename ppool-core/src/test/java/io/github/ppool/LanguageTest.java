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
import java.util.function.Function;
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

    /** A part of the repository, with its limits: headless pronouns for each 1,000 words, and long sentences. */
    private enum Area {
        FOUNDATIONS(3.0, 0, core("package-info.java"), core("guard"), core("time")),
        PROCESSES(3.0, 0, core("process"), core("genserver")),
        SUPERVISION(3.0, 0, core("restart"), core("supervisor")),
        POOL(3.0, 0, core("concurrent"), core("pool"), core("port")),
        STARTER(3.0, 0, "ppool-spring-boot-starter/src/main"),
        CLUSTER(3.0, 0, "ppool-cluster/src/main"),
        DURABLE(3.0, 0, "ppool-durable/src/main"),
        REACTOR(3.0, 0, "ppool-reactor/src/main"),
        COMMONS_POOL(3.0, 0, "ppool-commons-pool2/src/main"),
        OBSERVER(3.0, 0, "ppool-observer/src/main"),
        TEST_MODULE(3.0, 0, "ppool-test/src/main"),
        SAMPLE(3.0, 0, "ppool-sample-app/src/main"),
        STRESS(3.0, 0, "ppool-stress/src"),
        BENCHMARKS(3.0, 0, "ppool-benchmarks/src", "ppool-benchmarks/README.md", "docs/benchmarks"),
        SITE(3.0, 0, "ppool-site/src/main"),
        PAGES(3.0, 0, "README.md", "CONTRIBUTING.md", "docs"),
        PAGES_BY_PURPOSE(3.0, 0, "docs/start", "docs/concepts", "docs/how-to", "docs/reference", "docs/explanation"),
        DECISIONS(3.0, 0, "docs/adr"),
        TITLES(0.0, 0, "docs/adr");

        private final double pronouns;
        private final int longSentences;
        private final List<String> places;

        Area(double pronouns, int longSentences, String... places) {
            this.pronouns = pronouns;
            this.longSentences = longSentences;
            this.places = List.of(places);
        }

        private static String core(String name) {
            return "ppool-core/src/main/java/io/github/ppool/" + name;
        }

        private List<Prose> prose() {
            Function<Path, Prose> reader = this == TITLES ? Prose::titleOf : Prose::of;
            return places.stream().flatMap(place -> files(place).stream()).map(reader).toList();
        }

        private List<Path> files(String place) {
            Path path = ROOT.resolve(place);
            if (Files.isRegularFile(path)) {
                return List.of(path);
            }
            // The folders below docs are areas of their own.
            return place.startsWith("docs") ? find(path, 1, ".md") : find(path, Integer.MAX_VALUE, ".java");
        }
    }

    private static List<Path> find(Path folder, int depth, String ending) {
        try (Stream<Path> files = Files.walk(folder, depth)) {
            return files.filter(path -> path.toString().endsWith(ending)).sorted().toList();
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    @ParameterizedTest
    @EnumSource(Area.class)
    void sentences_have_named_subjects(Area area) {
        List<Prose> prose = area.prose();
        int words = prose.stream().mapToInt(Prose::words).sum();
        List<Finding> pronouns = prose.stream().flatMap(file -> file.pronouns().stream()).toList();
        double rate = 1000.0 * pronouns.size() / words;
        assertThat(words).as("words of %s", area).isPositive();
        assertThat(rate).as("%s: headless pronouns in 1,000 words (%d in %d)%n%s", area, pronouns.size(), words,
                worst(pronouns)).isLessThanOrEqualTo(area.pronouns);
    }

    @ParameterizedTest
    @EnumSource(Area.class)
    void sentences_are_short(Area area) {
        List<Finding> sentences = area.prose().stream().flatMap(file -> file.longSentences().stream()).toList();
        assertThat(sentences).as("%s: sentences of more than %d words%n%s", area, Prose.WORDS, worst(sentences))
                .hasSizeLessThanOrEqualTo(area.longSentences);
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
    void each_module_is_in_an_area() throws IOException {
        List<Path> sources;
        try (Stream<Path> folders = Files.list(ROOT)) {
            sources = folders.map(folder -> folder.resolve("src/main/java")).filter(Files::isDirectory).toList();
        }
        assertThat(sources).isNotEmpty().allSatisfy(source -> assertThat(Area.values())
                .anyMatch(area -> area.places.stream().map(ROOT::resolve)
                        .anyMatch(place -> source.startsWith(place) || place.startsWith(source))));
    }

    @Test
    void lines_fit_into_120_columns() throws IOException {
        List<Finding> longLines = LongLines.below(ROOT);
        assertThat(longLines).as("lines of more than %d columns%n%s", LongLines.COLUMNS, worst(longLines)).isEmpty();
    }
}
