package io.github.ppool.durable;

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

class DurableArchitectureTest {

    private static final String ROOT = "io.github.ppool.durable";

    private static final JavaClasses DURABLE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void the_auto_configuration_uses_the_beans_these_the_engine_this_the_store_and_all_of_them_the_api() {
        List<String> layers = List.of(".autoconfigure", ".beans", ".engine", ".store");
        for (int i = 0; i < layers.size(); i++) {
            String[] below = Stream.concat(
                    Stream.of(ROOT), layers.stream().skip(i).map(layer -> ROOT + layer)).toArray(String[]::new);
            classes()
                    .that()
                    .resideInAPackage(ROOT + layers.get(i))
                    .should()
                    .onlyDependOnClassesThat(resideOutsideOfPackage(ROOT + "..").or(resideInAnyPackage(below)))
                    .check(DURABLE);
        }
        noClasses().that().resideInAPackage(ROOT).should().dependOnClassesThat().resideInAPackage(ROOT + ".*..")
                .check(DURABLE);
        slices().matching(ROOT + "(.*)").should().beFreeOfCycles().check(DURABLE);
    }

    @Test
    void only_the_store_knows_sql() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".store", ROOT + ".autoconfigure")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "org.springframework.jdbc..")
                .check(DURABLE);
    }

    @Test
    void the_engine_knows_no_beans() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".engine", ROOT + ".store")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework.beans..", "org.springframework.context..",
                        "org.springframework.boot..")
                .check(DURABLE);
    }

    @Test
    void the_engine_of_the_pools_is_not_used() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.github.ppool.pool.engine..", "io.github.ppool.concurrent..")
                .check(DURABLE);
    }

    @Test
    void lines_of_the_log_are_written_by_the_guarded_log_only() {
        noClasses().should().dependOnClassesThat().haveFullyQualifiedName("org.slf4j.Logger").check(DURABLE);
    }

    @Test
    void every_package_is_null_marked() {
        assertThat(DURABLE.stream().map(JavaClass::getPackage).collect(Collectors.toSet()))
                .hasSizeGreaterThan(4)
                .allSatisfy(pkg -> assertThat(pkg.isAnnotatedWith(NullMarked.class)).as(pkg.getName()).isTrue());
    }

    @Test
    void auto_configurations_are_public_and_final_with_package_private_bean_methods() {
        assertThat(DURABLE.stream().filter(type -> type.isAnnotatedWith(AutoConfiguration.class)).toList())
                .hasSizeGreaterThan(1)
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
