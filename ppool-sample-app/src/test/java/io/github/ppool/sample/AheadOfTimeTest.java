package io.github.ppool.sample;

import static io.github.ppool.sample.Reminders.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The application processed ahead of time, as for a native image, and run on a virtual machine of its own. */
class AheadOfTimeTest {

    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

    @TempDir
    Path folder;

    @Test
    void it_works_when_it_was_processed_ahead_of_time() throws Exception {
        String classPath = System.getProperty("java.class.path");
        Path sources = Files.createDirectory(folder.resolve("sources"));
        Path classes = Files.createDirectory(folder.resolve("classes"));
        Process processing = java(classPath, "org.springframework.boot.SpringApplicationAotProcessor",
                RemindersApplication.class.getName(), sources.toString(), classes.toString(), classes.toString(),
                "io.github.ppool", "sample");
        assertThat(processing.waitFor()).as(log()).isZero();
        compile(sources, classes, classPath);

        Process application = java(classes + File.pathSeparator + classPath, "-Dspring.aot.enabled=true",
                RemindersApplication.class.getName(), "--server.port=0");
        try {
            patiently().until(() -> PORT.matcher(log()).find() || !application.isAlive());
            Matcher port = PORT.matcher(log());
            assertThat(port.find()).as(log()).isTrue();
            nags(Reminders.at(Integer.parseInt(port.group(1))));
            assertThat(log()).contains("Starting AOT-processed RemindersApplication");
        } finally {
            application.destroy();
            application.waitFor();
        }
        assertThat(log()).doesNotContain(" ERROR ");
    }

    /** Through both pools, one of a configured factory and one of an annotated class, and to the operator. */
    private static void nags(Reminders reminders) {
        long id = reminders.start(Map.of("task", "be native", "every", "100ms", "times", 2, "to", "me@example.org"));
        patiently().until(() -> reminders.nagger(id).get("sent").asInt() == 2);
        assertThat(reminders.get("/inbox").get("total").asInt()).isEqualTo(2);
        assertThat(reminders.get("/actuator/ppool").get("pools").findValuesAsString("name"))
                .contains("nagger", "smtp"); // and "phrases" where python is there
        assertThat(reminders.get("/actuator/health").get("status").asString()).isEqualTo("UP");
        assertThat(reminders.get("/actuator/metrics/ppool.size").get("name").asString()).isEqualTo("ppool.size");
    }

    private static void compile(Path sources, Path classes, String classPath) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-proc:none", "-nowarn", "-parameters", "-cp",
                classes + File.pathSeparator + classPath, "-d", classes.toString()));
        try (Stream<Path> files = Files.walk(sources)) {
            files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
        }
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
                .isZero();
    }

    private Process java(String classPath, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-cp", classPath));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("output").toFile()))
                .start();
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("output"));
    }
}
