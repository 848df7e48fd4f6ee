package io.github.ppool.observer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** The files of the page: their size, their names, and the answer if one is missing. */
class PageFilesTest {

    private static final Path SOURCES = Path.of("src/main/resources", PageFiles.FOLDER);
    private static final int LIMIT = 100_000;

    private final PageFiles files = PageFiles.read(getClass().getClassLoader());

    @Test
    void the_whole_page_is_small() throws Exception {
        long plain = 0;
        long compressed = 0;
        for (PageFile file : files.all().values()) {
            plain += file.plain().contentLength();
            compressed += file.compressed().contentLength();
        }
        assertThat(compressed).as("bytes over the wire; %d bytes before they are compressed", plain)
                .isPositive().isLessThanOrEqualTo(LIMIT);
        System.out.printf("The page has %d files of %d bytes, %d compressed.%n",
                files.all().size(), plain, compressed);
    }

    @Test
    void each_own_file_is_served() throws Exception {
        try (Stream<Path> own = Files.list(SOURCES)) {
            List<String> names = own.map(file -> file.getFileName().toString()).toList();
            assertThat(names).isNotEmpty().allMatch(files.all()::containsKey);
            assertThat(files.all().keySet()).hasSize(names.size() + PageFiles.Library.values().length);
        }
    }

    @Test
    void scripts_import_only_files_that_are_there_and_nothing_foreign() throws Exception {
        Pattern imported = Pattern
                .compile("(?m)^(?:import|export)\\b[^;'\"=(]*['\"]([^'\"]+)['\"]|\\bimport\\(([^)]*)");
        try (Stream<Path> own = Files.list(SOURCES)) {
            for (Path script : own.filter(file -> file.toString().endsWith(".js")).toList()) {
                List<String> imports = imported.matcher(Files.readString(script)).results()
                        .map(result -> result.group(1) == null ? result.group(2) : result.group(1))
                        .toList();
                assertThat(imports).as("%s", script).allSatisfy(each -> {
                    assertThat(each).startsWith("./");
                    assertThat(files.all()).containsKey(each.substring(2));
                });
            }
        }
    }

    @Test
    void the_page_has_no_code_within_it_and_no_address_of_its_own() throws Exception {
        String page = Files.readString(SOURCES.resolve("page.html"));
        List<String> tags = Pattern.compile("<(\\w+)([^>]*)>").matcher(page).results()
                .map(MatchResult::group).toList();
        assertThat(tags).isNotEmpty()
                .noneMatch(tag -> tag.matches("(?s).*\\s(on\\w+|style)\\s*=.*"))
                .noneMatch(tag -> tag.startsWith("<style"))
                .filteredOn(tag -> tag.startsWith("<script")).allMatch(tag -> tag.contains("src="));
        assertThat(tags).noneMatch(tag -> tag.matches("(?s).*(?:src|href)=\"?(?:/|https?:).*"));
        String policy = ObserverPage.POLICY.substring(0, ObserverPage.POLICY.indexOf("; frame-ancestors"));
        assertThat(page).contains("content=\"" + policy + "\"");
    }

    @Test
    void a_library_that_is_missing_is_named() {
        for (String library : List.of("preact", "uplot")) {
            ClassLoader without = new FilteredClassLoader(
                    new ClassPathResource("META-INF/resources/webjars/" + library + "/"));
            assertThatThrownBy(() -> PageFiles.read(without))
                    .isInstanceOf(IncompletePageException.class)
                    .satisfies(failure -> {
                        FailureAnalysis analysis = new IncompletePageFailureAnalyzer().analyze(failure);
                        assertThat(analysis).isNotNull();
                        assertThat(analysis.getDescription())
                                .contains("The endpoint 'observer' can't show its page", "webjars/" + library);
                        assertThat(analysis.getAction()).startsWith("Add the dependency org.webjars.npm:" + library);
                    });
        }
    }

    @Test
    void a_native_image_has_all_files() throws Exception {
        RuntimeHints hints = new RuntimeHints();
        new PageHints().registerHints(hints, getClass().getClassLoader());
        for (String name : files.all().keySet()) {
            if (new ClassPathResource(PageFiles.FOLDER + name).exists()) {
                assertThat(RuntimeHintsPredicates.resource().forResource(PageFiles.FOLDER + name)).accepts(hints);
            }
        }
        for (PageFiles.Library library : PageFiles.Library.values()) {
            Resource file = new PathMatchingResourcePatternResolver()
                    .getResources("classpath*:" + library.pattern())[0];
            String url = file.getURL().toString();
            assertThat(RuntimeHintsPredicates.resource().forResource(url.substring(url.indexOf("META-INF/"))))
                    .accepts(hints);
        }
        assertThat(ObserverAutoConfiguration.class.getAnnotation(ImportRuntimeHints.class).value())
                .containsExactly(PageHints.class);
    }
}
