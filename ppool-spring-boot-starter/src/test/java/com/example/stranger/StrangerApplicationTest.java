package com.example.stranger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The starter in an application of its own, in a virtual machine of its own, with and without the optional libraries.
 */
class StrangerApplicationTest {

    private static final String SETTINGS = """
            ppool:
              pools:
                greeter: {size: 1}
                left: {worker: builders}
                right: {worker: builders, size: 0, max-overflow: 1}
                elements: {worker: lists}
            """;

    @TempDir
    Path folder;

    @Test
    void works_without_web_without_actuator_without_health_and_without_micrometer() throws Exception {
        String output = run(jar -> !jar.matches(
                "(spring-boot-(actuator|health|micrometer|web|tomcat|servlet|jackson|http).*|spring-web.*|micrometer-.*"
                        + "|context-propagation-.*|tomcat-.*|jackson-.*)"));
        assertThat(output).contains(
                "hello stranger, element, left, right, 7, [clock, poller, loop], found:" + System.lineSeparator());
    }

    @Test
    void works_with_all_of_them() throws Exception {
        String output = run(jar -> true, "--server.port=0");
        assertThat(output)
                .contains(
                        "hello stranger, element, left, right, 7, [clock, poller, loop],"
                                + " found: WebApplicationContext WebServer Endpoint Health MeterRegistry");
    }

    @Test
    void works_when_it_was_processed_ahead_of_time() throws Exception {
        Files.writeString(folder.resolve("application.yml"), SETTINGS);
        Path sources = Files.createDirectory(folder.resolve("sources"));
        Path classes = Files.createDirectory(folder.resolve("classes"));
        String[] none = {"--spring.main.web-application-type=none", location()};
        String classPath = System.getProperty("java.class.path");
        String processing = java(classPath, "", Stream.concat(
                Stream.of(
                        "org.springframework.boot.SpringApplicationAotProcessor",
                        StrangerApplication.class.getName(),
                        sources.toString(),
                        classes.toString(),
                        classes.toString(),
                        "com.example",
                        "stranger"),
                Arrays.stream(none))
                .toArray(String[]::new));
        String[] javac = Stream.concat(
                Stream.of("-proc:none", "-nowarn", "-cp", classes + File.pathSeparator + classPath, "-d",
                        classes.toString()),
                generated(sources).stream())
                .toArray(String[]::new);
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, javac)).as(processing).isZero();

        String output = java(
                classes + File.pathSeparator + classPath,
                "found:",
                "-Dspring.aot.enabled=true",
                StrangerApplication.class.getName(),
                none[0],
                none[1]);
        assertThat(output).contains("Starting AOT-processed",
                "hello stranger, element, left, right, 7, [clock, poller, loop], found:");
    }

    private static List<String> generated(Path sources) throws IOException {
        try (Stream<Path> files = Files.walk(sources)) {
            return files.map(Path::toString).filter(file -> file.endsWith(".java")).toList();
        }
    }

    private String run(Predicate<String> jars, String... arguments) throws IOException, InterruptedException {
        Files.writeString(folder.resolve("application.yml"), SETTINGS);
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith(".jar") || jars.test(Path.of(entry).getFileName().toString()))
                .collect(Collectors.joining(File.pathSeparator));
        return java(
                classPath,
                "found:",
                Stream.concat(Stream.of(StrangerApplication.class.getName(), location()), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    private String location() {
        return "--spring.config.location=" + folder.resolve("application.yml");
    }

    /** Runs until it ends or has printed a line: with a web server it runs until it is told to end. */
    private String java(String classPath, String until, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath));
        command.addAll(List.of(arguments));
        Path log = folder.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            while (process.isAlive() && (until.isEmpty() || !Files.readString(log).contains(until))) {
                process.waitFor(50, TimeUnit.MILLISECONDS);
            }
        } finally {
            process.destroy();
            process.waitFor();
        }
        return Files.readString(log);
    }
}
