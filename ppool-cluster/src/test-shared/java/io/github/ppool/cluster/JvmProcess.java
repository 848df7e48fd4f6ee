package io.github.ppool.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program in a JVM of its own. It reads commands from its standard input, and ends by itself after {@code stop}. */
public final class JvmProcess {

    private static final String READY = "ready";

    private final String name;
    private final Process process;
    private final PrintStream commands;

    private JvmProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /** Starts a class with the class path of the tests. Its standard error is that of the test. */
    public static JvmProcess start(String name, Class<?> main, String... arguments) throws IOException {
        return start(name, Map.of(), main, arguments);
    }

    /** As above, with additions to the environment. */
    public static JvmProcess start(String name, Map<String, String> environment, Class<?> main, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        return new JvmProcess(name, builder.start());
    }

    /** Waits for the program's line {@code ready}. Later output is read and dropped. */
    public JvmProcess awaitReady() throws IOException {
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        String line;
        while ((line = lines.readLine()) != null && !line.equals(READY)) {
            continue;
        }
        if (line == null) {
            throw new IOException(name + " has ended before it was ready");
        }
        Thread.ofVirtual().start(() -> lines.lines().forEach(dropped -> {}));
        return this;
    }

    public String name() {
        return name;
    }

    public void send(String command) {
        commands.println(command);
    }

    /** kill -9 */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    public void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).inheritIO().start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill -" + signal + " has failed");
        }
    }

    /** Ends the program in good order. */
    public void stop() throws InterruptedException {
        send("stop");
        if (!awaitEnd(Duration.ofSeconds(20))) {
            throw new IllegalStateException(name + " does not stop");
        }
    }

    /** Waits until the program has ended, for any reason; false if it has not. */
    public boolean awaitEnd(Duration atMost) throws InterruptedException {
        return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    public boolean isAlive() {
        return process.isAlive();
    }
}
