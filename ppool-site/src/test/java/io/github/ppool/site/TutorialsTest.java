package io.github.ppool.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The tutorials keep their word: their files are compiled and run, and their commands are answered as they show. */
@Timeout(180)
class TutorialsTest {

    private static final Path START = Path.of("..", "docs", "start");
    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

    @TempDir
    private Path folder;

    @Test
    void the_tutorial_of_plain_java_runs() throws Exception {
        try (PastedProject project = new PastedProject(START.resolve("java.md"), folder,
                library -> library.matches(".*(ppool-core|slf4j-api|slf4j-simple|jspecify).*"))) {
            Process shop = project.start(false, "com.example.print.PrintShop");
            try (Reader answers = new InputStreamReader(shop.getInputStream(), StandardCharsets.UTF_8);
                    Writer commands = shop.outputWriter(StandardCharsets.UTF_8)) {
                assertThat(untilPrompt(answers)).isEmpty();
                int played = 0;
                for (String part : project.console().split("(?m)^> ")) {
                    if (part.isBlank() || part.startsWith("$ ")) {
                        continue;
                    }
                    String[] lines = part.strip().split("\n");
                    commands.write(lines[0] + "\n");
                    commands.flush();
                    played++;
                    if (lines[0].equals("bye")) {
                        break;
                    }
                    compare(project, lines, untilPrompt(answers), commands, answers);
                }
                assertThat(played).isGreaterThan(7);
            }
            assertThat(project.ended()).isZero();
        }
    }

    /** Compares the lines behind a command with the answer, and waits for those of the log. */
    private static void compare(PastedProject project, String[] lines, String first, Writer commands, Reader answers)
            throws Exception {
        List<String> expected = new ArrayList<>();
        List<String> logged = new ArrayList<>();
        Arrays.stream(lines).skip(1).map(TutorialsTest::masked)
                .forEach(line -> (line.matches("(ERROR|INFO|WARN) .*") ? logged : expected).add(line));
        String answer = first;
        // The workers are made, and made again, beside the commands: a question may come too early.
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (lines[0].equals("status") && !masked(answer).equals(String.join("\n", expected))
                && System.nanoTime() < giveUp) {
            Thread.sleep(20); // until it is asked again
            commands.write("status\n");
            commands.flush();
            answer = untilPrompt(answers);
        }
        assertThat(masked(answer)).as("answer to " + lines[0]).isEqualTo(String.join("\n", expected));
        for (String line : logged) {
            String[] parts = line.split(" … ", 2);
            project.await(said -> masked(said).startsWith(parts[0]) && masked(said).endsWith(parts[1]), line);
        }
    }

    private static String untilPrompt(Reader answers) throws IOException {
        StringBuilder text = new StringBuilder();
        while (!text.toString().endsWith("> ") || text.length() > 2 && text.charAt(text.length() - 3) != '\n') {
            int letter = answers.read();
            assertThat(letter).as("the end after: %s", text).isNotEqualTo(-1);
            text.append((char) letter);
        }
        return text.substring(0, text.length() - 2).strip();
    }

    /** Times, and the numbers of printers, differ from run to run. */
    private static String masked(String text) {
        return text.strip().replaceAll("after \\d+(\\.\\d+)?(µs|us|ms|s)\\b", "after T")
                .replaceAll("printer(s/)? ?\\d+", "printer$1 N");
    }

    @Test
    void the_tutorial_of_spring_boot_runs() throws Exception {
        try (PastedProject project = new PastedProject(START.resolve("spring-boot.md"), folder,
                library -> !library.matches(".*(slf4j-simple|selenium|opentelemetry).*"))) {
            project.start(true, "com.example.print.PrintShop", "--server.port=0", "--server.address=127.0.0.1");
            String started = project.await(line -> PORT.matcher(line).find(), "Tomcat started on port");
            Matcher port = PORT.matcher(started);
            assertThat(port.find()).isTrue();
            String site = "http://127.0.0.1:" + port.group(1);
            List<String> log = project.blockAfter("The log of the application tells the same story").lines().toList();
            assertThat(log).hasSize(4);
            int played = 0;
            int said = 0;
            for (String part : project.console().split("(?m)^\\$ ")) {
                if (!part.isBlank() && !part.startsWith("post()")) {
                    String[] lines = part.strip().split("\n", 2);
                    awaitAnswer(lines[0], request(site, lines[0]), numbered(lines.length > 1 ? lines[1] : ""));
                    played++;
                    // A reader is slower than a restart. So the next command comes when the log has the crash and,
                    // for the first one, the return.
                    for (int wanted = lines[0].equals("post print jam") ? said == 0 ? 2 : 1 : 0; wanted > 0; wanted--) {
                        String line = log.get(said++);
                        project.await(text -> numbered(text).endsWith(numbered(line)), line);
                    }
                }
            }
            assertThat(played).isGreaterThan(6);
            assertThat(said).isEqualTo(3);
            awaitAnswer("the observer", request(site, "curl -s localhost:8080/actuator/observer"), null);
            // The last line comes 20 seconds later: it is that of the second one, with another time.
            assertThat(masked(log.getLast())).isEqualTo(masked(log.get(1)));
        }
    }

    private static HttpRequest request(String site, String command) {
        Matcher post = Pattern.compile("post (\\S+) '?([^']*)'?").matcher(command);
        return post.matches()
                ? HttpRequest.newBuilder(URI.create(site + "/" + post.group(1))).header("Content-Type", "text/plain")
                        .POST(BodyPublishers.ofString(post.group(2))).build()
                : HttpRequest.newBuilder(URI.create(command.replace("curl -s localhost:8080", site))).build();
    }

    /** Numbers and times differ from run to run. */
    private static String numbered(String text) {
        return text.strip().replaceAll("\\d+(\\.\\d+)?(µs|us|ms|s)\\b", "T").replaceAll("\\d+", "N");
    }

    /** A crash takes its time, so a request that reads is repeated; a request that changes is sent once. */
    private static void awaitAnswer(String command, HttpRequest request, String expected) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            String answer = numbered(client.send(request, BodyHandlers.ofString()).body());
            while (expected != null && !answer.equals(expected) && request.method().equals("GET")
                    && System.nanoTime() < giveUp) {
                Thread.sleep(50); // until it is asked again
                answer = numbered(client.send(request, BodyHandlers.ofString()).body());
            }
            if (expected == null) {
                assertThat(answer).as(command).contains("<title>");
            } else {
                assertThat(answer).as(command).isEqualTo(expected);
            }
        }
    }
}
