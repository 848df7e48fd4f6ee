package io.github.ppool.reactor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

class ReactorArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.github.ppool.reactor");

    private static final Pattern REGION = Pattern.compile("// tag::([a-z-]+)\\[]\\n(.*?)\\n *// end::\\1\\[]",
            Pattern.DOTALL);

    @Test
    void only_the_api_of_the_pools_and_reactor_are_used() {
        classes().should().onlyDependOnClassesThat().resideInAnyPackage(
                "java..", "io.github.ppool.pool", "io.github.ppool.reactor", "reactor..", "org.reactivestreams..",
                "org.jspecify.annotations..").check(CLASSES);
    }

    @Test
    void the_package_is_null_marked() {
        assertThat(ReactivePool.class.getPackage().isAnnotationPresent(NullMarked.class)).isTrue();
    }

    @Test
    void every_region_of_a_test_is_in_the_documentation_as_it_is() throws IOException {
        String documentation = Files.readString(Path.of("..", "docs", "webflux.md"));
        int regions = 0;
        try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
            for (Path file : files.filter(path -> path.toString().endsWith("Test.java")).toList()) {
                Matcher region = REGION.matcher(Files.readString(file));
                while (region.find()) {
                    assertThat(documentation).as("%s of %s", region.group(1), file)
                            .contains("```java\n" + region.group(2).stripIndent() + "\n```");
                    regions++;
                }
            }
        }
        assertThat(regions).isGreaterThanOrEqualTo(4);
    }
}
