package io.github.ppool.cluster.jvm;

import io.github.ppool.cluster.TestDatabases;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A node in a JVM of its own, as the test sees it. */
final class NodeProcess {

    private final String name;
    private final Process process;
    private final PrintStream commands;

    private NodeProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    static NodeProcess start(String name, String prefix, Duration lease, String permits, int limit, int server)
            throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                java, "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("java.class.path"), NodeMain.class.getName(),
                String.valueOf(TestDatabases.postgresPort()), prefix, name, String.valueOf(lease.toMillis()),
                permits, String.valueOf(limit), String.valueOf(server))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new NodeProcess(name, process);
    }

    /** Waits until the node has started. Later output is read and dropped. */
    NodeProcess awaitReady() throws IOException {
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        String line;
        while ((line = lines.readLine()) != null && !line.equals("ready")) {
            continue;
        }
        if (line == null) {
            throw new IOException("the node " + name + " has ended before it was ready");
        }
        Thread.ofVirtual().start(() -> lines.lines().forEach(dropped -> {}));
        return this;
    }

    String name() {
        return name;
    }

    NodeProcess demand(int permits) {
        commands.println("demand " + permits);
        return this;
    }

    /** kill -9 */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).inheritIO().start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill -" + signal + " has failed");
        }
    }

    void stop() throws InterruptedException {
        commands.println("stop");
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the node " + name + " does not stop");
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }
}
