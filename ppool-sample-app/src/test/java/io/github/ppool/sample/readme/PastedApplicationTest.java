package io.github.ppool.sample.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The application of the README runs as it stands there, in a JVM of its own, and answers as the README shows. */
@Timeout(120)
class PastedApplicationTest {

    private static final Path README = Path.of("..", "README.md");
    private static final Pattern FILE = Pattern.compile("<!-- file (\\S+) -->\n```\\w+\n(.*?)\n```\n", Pattern.DOTALL);
    private static final Pattern CONSOLE = Pattern.compile(
            "the connection crash and come back:\n\n```console\n(.*?)\n```\n",
            Pattern.DOTALL);
    private static final Pattern LOG = Pattern.compile("The log of the application reports[^\n]*\n\n```\n(.*?)\n```\n",
            Pattern.DOTALL);
    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

    @TempDir
    private Path folder;

    private final Queue<String> log = new ConcurrentLinkedQueue<>();

    private static String one(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(pattern.pattern()).isTrue();
        return matcher.group(1);
    }

    /** Numbers and times differ from run to run. */
    private static String masked(String text) {
        return text.strip().replaceAll("\\d+(\\.\\d+)?(ms|s)\\b", "T").replaceAll("\\d+", "N");
    }

    @Test
    void what_is_pasted_runs_and_answers_as_shown() throws Exception {
        String readme = Files.readString(README);
        List<MatchResult> files = FILE.matcher(readme).results().toList();
        assertThat(files).extracting(file -> Path.of(file.group(1)).getFileName().toString())
                .containsExactly("MailApplication.java", "application.yml", "pom.xml");
        for (MatchResult file : files) {
            Path target = folder.resolve(file.group(1));
            Files.createDirectories(target.getParent());
            Files.writeString(target, file.group(2));
        }
        assertThat(files.getFirst().group(2).lines().count()).as("lines of the application").isLessThanOrEqualTo(40);

        Path classes = Files.createDirectory(folder.resolve("classes"));
        String classPath = System.getProperty("java.class.path");
        int failed = ToolProvider.getSystemJavaCompiler().run(null, null, null, "-parameters", "-proc:none", "-cp",
                classPath, "-d", classes.toString(), folder.resolve(files.getFirst().group(1)).toString());
        assertThat(failed).isZero();

        Process application = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                classes + System.getProperty("path.separator") + classPath, "com.example.mail.MailApplication",
                "--server.port=0", "--server.address=127.0.0.1",
                "--spring.config.location=file:" + folder.resolve(files.get(1).group(1)))
                .redirectErrorStream(true).start();
        try {
            CompletableFuture<String> port = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> read(application, port));
            play(one(CONSOLE, readme), port.get(60, TimeUnit.SECONDS));
            for (String line : one(LOG, readme).lines().toList()) {
                awaitInLog(line);
            }
        } finally {
            application.destroy();
            assertThat(application.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private void awaitInLog(String line) throws InterruptedException {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (log.stream().noneMatch(said -> masked(said).contains(masked(line)))) {
            assertThat(System.nanoTime()).as("the log does not say '%s': %s", line, log).isLessThan(giveUp);
            Thread.sleep(20); // until the next look
        }
    }

    private void read(Process application, CompletableFuture<String> port) {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(application.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.add(line);
                Matcher started = PORT.matcher(line);
                if (started.find()) {
                    port.complete(started.group(1));
                }
            }
        } catch (IOException closed) {
            log.add("closed: " + closed);
        }
        port.completeExceptionally(new AssertionError("the application did not start: " + log));
    }

    /** Runs the command behind each {@code $}, and compares the lines up to the next one. */
    private static void play(String console, String port) throws Exception {
        List<String> commands = new ArrayList<>();
        for (String part : console.split("(?m)^\\$ ")) {
            if (part.isBlank() || part.startsWith("send()")) {
                continue;
            }
            String[] lines = part.split("\n", 2);
            commands.add(lines[0]);
            HttpRequest.Builder request = lines[0].startsWith("send ")
                    ? HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/mails"))
                            .header("Content-Type", "text/plain")
                            .POST(BodyPublishers.ofString(lines[0].substring("send ".length()).replace("'", "")))
                    : HttpRequest.newBuilder(URI.create(
                            lines[0].replaceFirst("curl -s localhost:8080", "http://127.0.0.1:" + port)));
            String expected = masked(lines.length > 1 ? lines[1] : "");
            awaitAnswer(lines[0], request.build(), expected);
        }
        assertThat(commands).hasSizeGreaterThan(3);
    }

    /** A crash takes its time, so a request that reads is repeated; a request that changes is sent once. */
    private static void awaitAnswer(String command, HttpRequest request, String expected) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            String answer = masked(client.send(request, BodyHandlers.ofString()).body());
            while (!answer.equals(expected) && request.method().equals("GET") && System.nanoTime() < giveUp) {
                Thread.sleep(50); // until it is asked again
                answer = masked(client.send(request, BodyHandlers.ofString()).body());
            }
            assertThat(answer).as(command).isEqualTo(expected);
        }
    }
}
