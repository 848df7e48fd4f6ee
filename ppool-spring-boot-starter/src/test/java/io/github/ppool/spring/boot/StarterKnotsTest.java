package io.github.ppool.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * A knot is a set of files in which each reaches each other one by its dependencies: none of them can be understood, or
 * tested, without all the others. The size of the biggest one is frozen here. The figure may sink and never rise: a
 * change that makes the knot smaller writes the new figure down.
 */
class StarterKnotsTest {

    private static final String ROOT = "io.github.ppool.spring.boot";

    private static final int BIGGEST = 1;

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
                if (target.getPackageName().startsWith(ROOT) && !isPermitted(type, target)) {
                    used.add(file(target));
                }
            }
            used.remove(file(type));
        }
        return all;
    }

    /** A sealed type and its members are one by intention. */
    private static boolean isPermitted(JavaClass type, JavaClass target) {
        return type.reflect().isSealed() && target.isAssignableTo(type.reflect());
    }

    private static String file(JavaClass type) {
        JavaClass outer = type;
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer.getFullName();
    }

    @Test
    void the_biggest_knot_does_not_grow() {
        Set<String> biggest = knots().stream().max(Comparator.comparingInt(Set::size)).orElseThrow();
        assertThat(biggest).as("the biggest knot").hasSizeLessThanOrEqualTo(BIGGEST);
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
