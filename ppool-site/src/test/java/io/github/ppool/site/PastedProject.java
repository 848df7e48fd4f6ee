package io.github.ppool.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** The project of a tutorial: its files as they stand on the page, compiled, and run in a JVM of its own. */
final class PastedProject implements AutoCloseable {

    private static final Pattern FILE = Pattern.compile("<!-- file (\\S+) -->\n```\\w+\n(.*?)\n```\n", Pattern.DOTALL);
    private static final Pattern CONSOLE = Pattern.compile("\n```console\n(.*?)\n```\n", Pattern.DOTALL);

    private final String page;
    private final Path folder;
    private final String classPath;
    private final List<String> log = new ArrayList<>();
    private int logRead;
    private Process application;

    /** Writes the files of the page into the folder, and compiles them with the fitting part of the class path. */
    PastedProject(Path page, Path folder, Predicate<String> library) throws IOException {
        this.page = Files.readString(page);
        this.folder = folder;
        List<String> sources = new ArrayList<>();
        Path classes = Files.createDirectories(folder.resolve("target/classes"));
        for (MatchResult file : FILE.matcher(this.page).results().toList()) {
            Path path = folder.resolve(file.group(1));
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.group(2) + "\n");
            if (file.group(1).endsWith(".java")) {
                sources.add(path.toString());
            } else if (file.group(1).startsWith("src/main/resources/")) {
                Files.copy(path, classes.resolve(path.getFileName()));
            }
        }
        String libraries = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(library)
                .collect(Collectors.joining(File.pathSeparator));
        classPath = classes + File.pathSeparator + libraries;
        assertThat(sources).isNotEmpty();
        int failed = ToolProvider.getSystemJavaCompiler().run(null, null, null,
                Stream.concat(Stream.of("-parameters", "-proc:none", "-cp", classPath, "-d", classes.toString()),
                        sources.stream()).toArray(String[]::new));
        assertThat(failed).as("errors of the compiler").isZero();
    }

    /** The blocks of the terminal in their order, as one text. */
    String console() {
        return CONSOLE.matcher(page).results().map(block -> block.group(1)).collect(Collectors.joining("\n"));
    }

    /** The block of the page after the given words. */
    String blockAfter(String words) {
        String rest = page.substring(page.indexOf(words));
        assertThat(page).contains(words);
        return rest.substring(rest.indexOf("\n```\n") + 5).split("\n```\n", 2)[0];
    }

    /** Starts the application; its standard error, or both of its outputs, are its log. */
    Process start(boolean both, String main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath, main));
        command.addAll(List.of(arguments));
        application = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(both).start();
        InputStream lines = both ? application.getInputStream() : application.getErrorStream();
        Thread.ofVirtual().inheritInheritableThreadLocals(false).start(() -> read(lines));
        return application;
    }

    private void read(InputStream in) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (log) {
                    log.add(line);
                    log.notifyAll();
                }
            }
        } catch (IOException closed) {
            synchronized (log) {
                log.add("closed: " + closed);
                log.notifyAll();
            }
        }
    }

    /** Waits for a line of the log, after those that were awaited before, and returns it. */
    String await(Predicate<String> wanted, String words) throws InterruptedException {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        synchronized (log) {
            while (true) {
                for (; logRead < log.size(); logRead++) {
                    if (wanted.test(log.get(logRead))) {
                        return log.get(logRead++);
                    }
                }
                long left = TimeUnit.NANOSECONDS.toMillis(giveUp - System.nanoTime());
                assertThat(left).as("the log does not say '%s': %s", words, log).isPositive();
                log.wait(left);
            }
        }
    }

    /** Waits until the application has ended by itself, and returns its exit code. */
    int ended() throws InterruptedException {
        assertThat(application.waitFor(60, TimeUnit.SECONDS)).as("it has ended").isTrue();
        return application.exitValue();
    }

    @Override
    public void close() {
        if (application != null) {
            application.destroy();
            boolean ended = application.onExit().thenApply(end -> true).completeOnTimeout(false, 30, TimeUnit.SECONDS)
                    .join();
            if (!ended) {
                application.destroyForcibly();
            }
        }
    }
}
