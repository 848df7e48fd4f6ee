package io.github.ppool.observer;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameContaining;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

class ObserverArchitectureTest {

    private static final String ROOT = "io.github.ppool.observer";

    private static final JavaClasses OBSERVER = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    /**
     * The page asks the endpoint of the starter over HTTP, with the rights of its user. The auto-configuration only
     * looks if there are pools.
     */
    @Test
    void no_class_knows_pools_processes_or_supervisors() {
        noClasses()
                .that().areNotAnnotatedWith(AutoConfiguration.class)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.github.ppool.pool..", "io.github.ppool.process..",
                        "io.github.ppool.supervisor..", "io.github.ppool.restart..", "io.github.ppool.concurrent..",
                        "io.github.ppool.spring.boot.endpoint..", "io.github.ppool.spring.boot.observe..",
                        "io.github.ppool.spring.boot.lifecycle..", "io.github.ppool.cluster..",
                        "io.github.ppool.durable..")
                .check(OBSERVER);
    }

    /** An application has one of the two stacks, and a class of the other one can't be loaded. */
    @Test
    void each_web_stack_is_known_by_its_own_classes_only() {
        noClasses()
                .that(are(simpleNameContaining("Servlet").or(simpleNameContaining("ObserverEndpoint"))))
                .and().haveSimpleNameNotContaining("Reactive")
                .should().dependOnClassesThat().resideInAnyPackage("reactor..", "org.springframework.web.server..")
                .check(OBSERVER);
        noClasses()
                .that().haveSimpleNameContaining("Reactive").or().haveSimpleNameStartingWith("Exchange")
                .should().dependOnClassesThat().resideInAnyPackage("jakarta.servlet..")
                .check(OBSERVER);
        noClasses()
                .that().haveSimpleNameStartingWith("Page").or().haveSimpleNameStartingWith("ObserverPage")
                .should().dependOnClassesThat()
                .resideInAnyPackage("jakarta.servlet..", "reactor..", "org.springframework.web.server..",
                        "org.springframework.security..")
                .check(OBSERVER);
    }

    @Test
    void lines_of_the_log_are_written_by_the_guarded_log_only() {
        noClasses().should().dependOnClassesThat().haveFullyQualifiedName("org.slf4j.Logger").check(OBSERVER);
    }

    @Test
    void every_package_is_null_marked() {
        assertThat(OBSERVER.stream().map(JavaClass::getPackage).collect(Collectors.toSet()))
                .isNotEmpty()
                .allSatisfy(pkg -> assertThat(pkg.isAnnotatedWith(NullMarked.class)).as(pkg.getName()).isTrue());
    }

    /** The endpoints are public because an application may make one itself; all else is of this module alone. */
    @Test
    void only_endpoints_and_auto_configurations_are_public() {
        assertThat(OBSERVER.stream().filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC)).toList())
                .isNotEmpty()
                .allSatisfy(type -> assertThat(type.isAnnotatedWith(WebEndpoint.class)
                        || type.isAnnotatedWith(AutoConfiguration.class)).as(type.getName()).isTrue());
    }

    @Test
    void auto_configurations_are_public_and_final_with_package_private_bean_methods() {
        assertThat(OBSERVER.stream().filter(type -> type.isAnnotatedWith(AutoConfiguration.class)).toList())
                .isNotEmpty()
                .allSatisfy(type -> assertThat(type.getModifiers())
                        .contains(JavaModifier.PUBLIC, JavaModifier.FINAL));
        assertThat(OBSERVER.stream().flatMap(type -> type.getMethods().stream())
                .filter(method -> method.isAnnotatedWith(Bean.class)).toList())
                .isNotEmpty()
                .allSatisfy(method -> assertThat(method.getModifiers())
                        .doesNotContain(JavaModifier.PUBLIC, JavaModifier.PRIVATE, JavaModifier.PROTECTED));
    }
}
