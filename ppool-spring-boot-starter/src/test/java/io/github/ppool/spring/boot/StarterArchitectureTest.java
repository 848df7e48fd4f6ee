package io.github.ppool.spring.boot;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

class StarterArchitectureTest {

    private static final String ROOT = "io.github.ppool.spring.boot";

    private static final JavaClasses STARTER = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void packages_form_no_cycle() {
        slices().matching(ROOT + "(.*)").should().beFreeOfCycles().check(STARTER);
    }

    @Test
    void the_auto_configuration_uses_the_lifecycle_this_the_beans_and_these_the_settings() {
        List<String> layers = List.of(".autoconfigure", ".lifecycle", ".beans", ".settings");
        for (int i = 0; i < layers.size(); i++) {
            String[] below = Stream.concat(
                    Stream.of(ROOT), layers.stream().skip(i).map(layer -> ROOT + layer)).toArray(String[]::new);
            classes()
                    .that()
                    .resideInAPackage(ROOT + layers.get(i))
                    .should()
                    .onlyDependOnClassesThat(
                            resideOutsideOfPackage(ROOT + "..").or(resideInAnyPackage(below)))
                    .check(STARTER);
        }
        noClasses()
                .that()
                .resideInAPackage(ROOT)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".*..")
                .check(STARTER);
    }

    @Test
    void the_engine_of_the_pools_is_not_used() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.github.ppool.pool.engine..", "io.github.ppool.concurrent..")
                .check(STARTER);
    }

    @Test
    void the_lifecycle_and_the_beans_are_used_by_the_auto_configuration_alone() {
        classes()
                .that()
                .resideInAPackage(ROOT + ".lifecycle")
                .should()
                .onlyHaveDependentClassesThat()
                .resideInAnyPackage(ROOT + ".lifecycle", ROOT + ".autoconfigure")
                .check(STARTER);
        classes()
                .that()
                .resideInAPackage(ROOT + ".beans")
                .should()
                .onlyHaveDependentClassesThat()
                .resideInAnyPackage(ROOT + ".beans", ROOT + ".lifecycle", ROOT + ".autoconfigure")
                .check(STARTER);
    }

    @Test
    void only_the_parts_for_optional_libraries_know_them() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        ROOT, ROOT + ".autoconfigure", ROOT + ".lifecycle", ROOT + ".beans", ROOT + ".settings")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework.boot.actuate..",
                        "org.springframework.boot.health..",
                        "org.springframework.boot.micrometer..",
                        "org.springframework.boot.web..",
                        "org.springframework.web..",
                        "io.micrometer..")
                .check(STARTER);
    }

    @Test
    void lines_of_the_log_are_written_by_the_guarded_log_only() {
        noClasses().should().dependOnClassesThat().haveFullyQualifiedName("org.slf4j.Logger").check(STARTER);
    }

    @Test
    void every_package_is_null_marked() {
        assertThat(STARTER.stream().map(JavaClass::getPackage).collect(Collectors.toSet()))
                .hasSizeGreaterThan(3)
                .allSatisfy(pkg -> assertThat(pkg.isAnnotatedWith(NullMarked.class)).as(pkg.getName()).isTrue());
    }

    @Test
    void auto_configurations_are_public_and_final_with_package_private_bean_methods() {
        assertThat(STARTER.stream().filter(type -> type.isAnnotatedWith(AutoConfiguration.class)).toList())
                .hasSize(9)
                .allSatisfy(type -> {
                    assertThat(type.getModifiers()).contains(JavaModifier.PUBLIC, JavaModifier.FINAL);
                    assertThat(type.getMethods())
                            .filteredOn(method -> method.isAnnotatedWith(Bean.class))
                            .isNotEmpty()
                            .allSatisfy(method -> assertThat(method.getModifiers())
                                    .doesNotContain(JavaModifier.PUBLIC, JavaModifier.PRIVATE, JavaModifier.PROTECTED));
                });
    }
}
