package io.github.ppool;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A knot is a set of files in which each reaches each other one by its dependencies: none of them can be understood,
 * or tested, without all the others. The size of each package's biggest knot is frozen here. The figures may sink and
 * never rise: a change that makes a knot smaller writes the new figure down.
 */
class KnotsTest {

    private static final String ROOT = "io.github.ppool";

    /** The order of the packages; each one may use those before it. */
    private static final List<String> ORDER = List.of(
            "guard", "time", "process", "restart", "genserver", "supervisor", "concurrent", "pool", "port");

    /** Top-level types, each with the other ones that it, or a type nested in it, depends on. */
    private static final Map<String, Set<String>> DEPENDENCIES = dependencies();

    private static Map<String, Set<String>> dependencies() {
        Map<String, Set<String>> all = new TreeMap<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(ROOT)) {
            Set<String> used = all.computeIfAbsent(file(type), name -> new TreeSet<>());
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (target.getPackageName().startsWith(ROOT)) {
                    used.add(file(target));
                }
            }
            used.remove(file(type));
        }
        return all;
    }

    private static String file(JavaClass type) {
        JavaClass outer = type;
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer.getFullName();
    }

    /**
     * The seven of the supervisors are their specifications: a supervisor may be a child, so they are recursive. The
     * six of the processes are the context and the bodies that get it. The five of the plans are plans, policies, the
     * position of a child in them, and their simulation. All three knots are those of the API.
     */
    @ParameterizedTest
    @CsvSource({
            "guard, 2",
            "time, 2",
            "process, 6",
            "restart, 5",
            "genserver, 1",
            "supervisor, 7",
            "concurrent, 1",
            "pool, 3",
            "port, 2"
    })
    void the_biggest_knot_of_a_package_does_not_grow(String packageName, int limit) {
        Set<String> biggest = knots().stream()
                .filter(knot -> knot.stream().allMatch(name -> packageOf(name).equals(packageName)))
                .max(Comparator.comparingInt(Set::size))
                .orElse(Set.of());
        System.out.println("The biggest knot of " + packageName + " has " + biggest.size() + " files: " + biggest);
        assertThat(biggest).as("the biggest knot of %s", packageName).hasSizeLessThanOrEqualTo(limit);
    }

    @Test
    void no_dependency_runs_against_the_order_of_the_packages() {
        Set<String> against = new TreeSet<>();
        DEPENDENCIES.forEach((from, all) -> all.stream()
                .filter(to -> ORDER.indexOf(packageOf(to)) > ORDER.indexOf(packageOf(from)))
                .forEach(to -> against.add(from + " → " + to)));
        assertThat(against).isEmpty();
    }

    @Test
    void every_file_is_in_a_package_of_the_order() {
        assertThat(DEPENDENCIES.keySet().stream().map(KnotsTest::packageOf).filter(name -> !name.isEmpty())
                .collect(Collectors.toSet())).isSubsetOf(ORDER);
    }

    /** The first part of the package's name below the root; empty for the root itself. */
    private static String packageOf(String type) {
        String below = type.substring(ROOT.length() + 1);
        return below.contains(".") ? below.substring(0, below.indexOf('.')) : "";
    }

    /** Every file is in exactly one of them; a file that reaches itself by no other one is a knot alone. */
    private static Set<Set<String>> knots() {
        Map<String, Set<String>> reached = new TreeMap<>();
        DEPENDENCIES.keySet().forEach(name -> reached.put(name, reachedFrom(name)));
        return DEPENDENCIES.keySet().stream()
                .map(name -> reached.get(name).stream()
                        .filter(other -> reached.get(other).contains(name))
                        .collect(Collectors.toCollection(TreeSet::new)))
                .collect(Collectors.toSet());
    }

    private static Set<String> reachedFrom(String start) {
        Set<String> seen = new HashSet<>(Set.of(start));
        Deque<String> next = new ArrayDeque<>(seen);
        while (!next.isEmpty()) {
            for (String used : DEPENDENCIES.getOrDefault(next.remove(), Set.of())) {
                if (seen.add(used)) {
                    next.add(used);
                }
            }
        }
        return seen;
    }
}
