package io.github.ppool.cluster;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
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

class ClusterArchitectureTest {

    private static final String ROOT = "io.github.ppool.cluster";

    private static final JavaClasses CLUSTER = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void packages_form_no_cycle() {
        slices().matching(ROOT + "(.*)").should().beFreeOfCycles().check(CLUSTER);
    }

    @Test
    void the_auto_configuration_uses_the_engine_this_the_store_and_all_of_them_the_api() {
        List<String> layers = List.of(".autoconfigure", ".engine", ".store");
        for (int i = 0; i < layers.size(); i++) {
            String[] below = Stream.concat(
                    Stream.of(ROOT), layers.stream().skip(i).map(layer -> ROOT + layer)).toArray(String[]::new);
            classes()
                    .that()
                    .resideInAPackage(ROOT + layers.get(i))
                    .should()
                    .onlyDependOnClassesThat(
                            resideOutsideOfPackage(ROOT + "..").or(resideInAnyPackage(below)))
                    .check(CLUSTER);
        }
        noClasses()
                .that()
                .resideInAPackage(ROOT)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".*..")
                .check(CLUSTER);
    }

    @Test
    void only_the_store_knows_sql() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".store", ROOT + ".autoconfigure")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.sql..", "javax.sql..", "org.springframework.jdbc..", "org.springframework.dao..")
                .check(CLUSTER);
    }

    @Test
    void the_engine_knows_no_spring() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".engine")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.springframework..")
                .check(CLUSTER);
    }

    /** Clocks of nodes may differ by an hour: only the database's clock and the monotonic clock of a node count. */
    @Test
    void no_class_reads_the_clock_of_its_machine() {
        noClasses()
                .should()
                .callMethodWhere(target(name("now").or(name("currentTimeMillis")).or(name("instant")))
                        .and(target(owner(resideInAPackage("java..")))))
                .check(CLUSTER);
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".store")
                .should()
                .callMethod(System.class, "nanoTime")
                .because("a store has a clock of its own")
                .check(CLUSTER);
    }

    @Test
    void the_engine_of_the_pools_is_not_used() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.github.ppool.pool.engine..", "io.github.ppool.concurrent..")
                .check(CLUSTER);
    }

    @Test
    void lines_of_the_log_are_written_by_the_guarded_log_only() {
        noClasses().should().dependOnClassesThat().haveFullyQualifiedName("org.slf4j.Logger").check(CLUSTER);
    }

    @Test
    void every_package_is_null_marked() {
        assertThat(CLUSTER.stream().map(JavaClass::getPackage).collect(Collectors.toSet()))
                .hasSizeGreaterThan(3)
                .allSatisfy(pkg -> assertThat(pkg.isAnnotatedWith(NullMarked.class)).as(pkg.getName()).isTrue());
    }

    @Test
    void auto_configurations_are_public_and_final_with_package_private_bean_methods() {
        assertThat(CLUSTER.stream().filter(type -> type.isAnnotatedWith(AutoConfiguration.class)).toList())
                .isNotEmpty()
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
