package io.github.ppool.sample;

import static io.github.ppool.sample.Reminders.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tours of docs/sample-tour.md and of the README, command by command: the application runs in virtual machines of
 * its own, and each command gets the answer that the page shows. The ports are free ones instead of 8080 and 8081.
 */
@Timeout(300)
class TourTest {

    private static final Path PAGE = Path.of("..", "docs", "sample-tour.md");
    private static final Path README = Path.of("..", "README.md");
    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");
    private static final Pattern ARGUMENTS = Pattern.compile("spring-boot\\.run\\.arguments=\"([^\"]*)\"");

    @TempDir
    private Path folder;

    /** The applications by the port that the page names. */
    private final Map<Integer, Process> applications = new HashMap<>();
    private final Map<Integer, Integer> ports = new HashMap<>();
    private int starts;

    @AfterEach
    void stop() throws InterruptedException {
        for (Process application : applications.values()) {
            application.destroyForcibly().waitFor();
        }
    }

    private Path log(int start) {
        return folder.resolve("output-" + start);
    }

    private void start(int port, List<String> arguments) throws IOException {
        Path log = log(++starts);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("java.class.path"), RemindersApplication.class.getName()));
        command.addAll(arguments);
        command.add("--server.port=0");
        Process application = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile())
                .start();
        applications.put(port, application);
        // A virtual machine of its own begins cold, and on a machine that builds beside it, slowly.
        patiently().atMost(Duration.ofMinutes(2))
                .until(() -> PORT.matcher(Files.readString(log)).find() || !application.isAlive());
        Matcher started = PORT.matcher(Files.readString(log));
        assertThat(started.find()).as(Files.readString(log)).isTrue();
        ports.put(port, Integer.parseInt(started.group(1)));
    }

    private String database(String more) {
        return "--spring.datasource.url=jdbc:h2:async:" + folder.resolve("reminders") + more + ";WRITE_DELAY=0";
    }

    /** Plays the first block of the text, and returns the text behind it. */
    private String play(String text) {
        Tour tour = new Tour(text);
        tour.play(ports);
        return tour.rest();
    }

    /** The log has each line of the next block of log lines. */
    private void awaitLines(String text, int start) {
        for (String line : Tour.block(text, "text").lines().toList()) {
            patiently().untilAsserted(
                    () -> assertThat(Tour.masked(Files.readString(log(start)))).contains(Tour.masked(line)));
        }
    }

    private static String section(String heading) throws IOException {
        String page = Files.readString(PAGE);
        assertThat(page).contains("\n## " + heading + "\n");
        return page.split("\n## " + heading + "\n", 2)[1].split("\n## ", 2)[0];
    }

    @Test
    @DisabledOnOs(OS.WINDOWS) // a signal that an application can answer is sent there to consoles only
    void the_naggers() throws Exception {
        start(8080, List.of(database("")));
        String rest = Files.readString(PAGE).split("\n## ", 2)[0];
        while (rest.contains("```console")) {
            rest = play(rest);
        }
        applications.get(8080).destroy();
        assertThat(applications.get(8080).waitFor()).isEqualTo(143); // ended by the signal, in good order
        awaitLines(rest, starts);
    }

    @Test
    void the_short_tour_of_the_readme() throws Exception {
        start(8080, List.of(database("")));
        String rest = Files.readString(README).split("\n## A tour\n", 2)[1].split("\n## ", 2)[0];
        while (rest.contains("```console")) {
            rest = play(rest);
        }
    }

    @Test
    void a_program_in_python() throws Exception {
        Assumptions.assumeTrue(RemindersApplication.isThere("python3", System.getenv("PATH")),
                "SKIPPED: there is no python3 in the PATH");
        String text = section("A program in Python");
        start(8080, List.of(database(""), "--management.info.process.enabled=true"));
        play(text);
        awaitLines(text, starts);
    }

    @Test
    void a_reminder_for_tomorrow() throws Exception {
        String text = section("A reminder for tomorrow");
        Matcher shown = ARGUMENTS.matcher(text);
        assertThat(shown.find()).isTrue();
        List<String> arguments = new ArrayList<>(List.of(shown.group(1).split(" ")));
        arguments.add(database(""));
        start(8080, arguments);
        String rest = play(text);
        assertThat(applications.get(8080).waitFor()).isNotZero(); // the page has killed it
        start(8080, arguments);
        play(play(rest));
    }

    @Test
    void two_instances() throws Exception {
        String text = section("Two instances");
        String mailPort;
        try (ServerSocket free = new ServerSocket(0)) {
            mailPort = String.valueOf(free.getLocalPort());
        }
        assertThat(text).contains("profiles=cluster\n", "profiles=cluster,second\n");
        start(8080, List.of(database(";AUTO_SERVER=TRUE"), "--spring.profiles.active=cluster",
                "--reminders.mail-port=" + mailPort));
        start(8081, List.of(database(";AUTO_SERVER=TRUE"), "--spring.profiles.active=cluster,second",
                "--spring.mail.port=" + mailPort));
        String rest = text;
        while (rest.contains("```console")) {
            rest = play(rest);
        }
        awaitLines(rest, 1);
    }
}
