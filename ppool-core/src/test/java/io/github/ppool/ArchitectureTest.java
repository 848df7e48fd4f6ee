package io.github.ppool;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.engine.PoolTree;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/**
 * The arrow of the design: {@code guard → time → process → {concurrent, restart, genserver} → supervisor → pool →
 * port}. An arrow reads "is used by". {@code restart} decides without a thread and without a clock, so it does without
 * {@code time} as well.
 */
class ArchitectureTest {

    private static final String ROOT = "io.github.ppool";

    /** Read by the compiler's checker only, as the annotations of JSpecify. */
    private static final String GUARDED_BY = "com.google.errorprone.annotations.concurrent";

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void every_package_uses_only_those_before_it_in_the_arrow() {
        // Layers may be empty so that a package can come later than its rule.
        ArchRule arrow = Architectures.layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .withOptionalLayers(true)
                .layer("guard").definedBy(ROOT + ".guard..")
                .layer("time").definedBy(ROOT + ".time..")
                .layer("process").definedBy(ROOT + ".process..")
                .layer("concurrent").definedBy(ROOT + ".concurrent..")
                .layer("restart").definedBy(ROOT + ".restart..")
                .layer("genserver").definedBy(ROOT + ".genserver..")
                .layer("supervisor").definedBy(ROOT + ".supervisor..")
                .layer("pool").definedBy(ROOT + ".pool..")
                .layer("port").definedBy(ROOT + ".port..")
                .whereLayer("guard").mayNotAccessAnyLayer()
                .whereLayer("time").mayOnlyAccessLayers("guard")
                .whereLayer("process").mayOnlyAccessLayers("guard", "time")
                .whereLayer("concurrent").mayOnlyAccessLayers("guard", "time", "process")
                .whereLayer("restart").mayOnlyAccessLayers("guard", "process")
                .whereLayer("genserver").mayOnlyAccessLayers("guard", "time", "process")
                .whereLayer("supervisor").mayOnlyAccessLayers("guard", "time", "process", "restart", "genserver")
                .whereLayer("pool")
                .mayOnlyAccessLayers("guard", "time", "process", "concurrent", "restart", "genserver",
                        "supervisor")
                .whereLayer("port").mayOnlyAccessLayers("guard", "time", "process", "pool");
        arrow.check(CORE);
    }

    @Test
    void packages_form_no_cycle() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles()
                // the one place at which the API reaches its implementation
                .ignoreDependency(Pools.class, PoolTree.class)
                .allowEmptyShould(true)
                .check(CORE);
    }

    @Test
    void every_class_lives_in_a_package_of_the_design() {
        Set<String> known = Set.of("", ".guard", ".time", ".process", ".concurrent", ".restart",
                ".genserver", ".supervisor", ".pool", ".pool.engine", ".port");
        assertThat(packages()).extracting(pkg -> pkg.getName().substring(ROOT.length())).isSubsetOf(known);
    }

    @Test
    void of_the_api_only_the_start_of_the_pools_knows_the_engine() {
        noClasses().that().resideInAPackage(ROOT + ".pool").and().doNotBelongToAnyOf(Pools.class)
                .should().dependOnClassesThat().resideInAPackage(ROOT + ".pool.engine..")
                .check(CORE);
    }

    @Test
    void only_the_engine_of_the_pools_uses_the_structures_of_concurrent() {
        noClasses().that().resideOutsideOfPackages(ROOT + ".concurrent", ROOT + ".pool.engine")
                .should().dependOnClassesThat().resideInAPackage(ROOT + ".concurrent..")
                .check(CORE);
    }

    @Test
    void nothing_in_the_core_knows_a_framework() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(ROOT + "..", "java..", "org.slf4j..", "org.jspecify..", GUARDED_BY)
                .allowEmptyShould(true)
                .check(CORE);
    }

    @Test
    void no_package_is_called_internal_util_impl_or_event() {
        noClasses()
                .should()
                .resideInAnyPackage("..internal..", "..util..", "..impl..", "..event..")
                .allowEmptyShould(true)
                .check(CORE);
    }

    @Test
    void every_package_is_null_marked() {
        assertThat(packages()).isNotEmpty().allSatisfy(pkg -> assertThat(pkg.isAnnotatedWith(NullMarked.class))
                .as("%s has a package-info.java with @NullMarked", pkg.getName())
                .isTrue());
    }

    private static Set<JavaPackage> packages() {
        return CORE.stream().map(JavaClass::getPackage).collect(Collectors.toSet());
    }
}
