package io.github.ppool;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Each mutable field of the engine has one writer: the file that declares it, or one other file. So the invariants of a
 * field can be read in one place.
 */
class FieldWritersTest {

    private static final JavaClasses ENGINE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.github.ppool.pool.engine", "io.github.ppool.concurrent");

    @Test
    void each_field_of_the_engine_is_written_by_one_file() {
        Map<String, Set<String>> several = new TreeMap<>();
        for (JavaClass type : ENGINE) {
            for (JavaField field : type.getFields()) {
                Set<String> writers = writersOf(field);
                if (!field.getModifiers().contains(JavaModifier.FINAL) && writers.size() > 1) {
                    several.put(type.getSimpleName() + "." + field.getName(), writers);
                }
            }
        }
        assertThat(several).as("fields with several writers").isEmpty();
    }

    private static Set<String> writersOf(JavaField field) {
        return field.getAccessesToSelf().stream()
                .filter(access -> access.getAccessType() == JavaFieldAccess.AccessType.SET)
                .filter(access -> !access.getOrigin().isConstructor())
                .map(access -> file(access.getOriginOwner()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String file(JavaClass type) {
        JavaClass outer = type;
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer.getSimpleName();
    }
}
