package io.github.ppool.test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class TestArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.github.ppool.test");

    @Test
    void only_the_part_for_spring_knows_spring() {
        noClasses()
                .that()
                .resideInAPackage("io.github.ppool.test")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "io.github.ppool.spring..",
                        "io.github.ppool.test.spring..",
                        "org.junit..")
                .check(CLASSES);
    }

    @Test
    void the_engine_of_the_pools_is_not_used() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.github.ppool.pool.engine..", "io.github.ppool.concurrent..")
                .check(CLASSES);
    }
}
